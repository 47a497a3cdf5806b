"""Who people are, what they may do where, and the log of what they did.

``accounts`` holds people and how they prove who they are (password, second factor, reset);
``access`` holds roles, sessions and API keys, and turns a token into an actor; ``audit`` holds
the append-only log and the hash chain that seals it.

Tables: ``identity_user``, ``identity_recovery_code``, ``identity_password_reset``,
``identity_sign_in_guard``, ``identity_role``, ``identity_role_grant``, ``identity_session``,
``identity_refresh_token``, ``identity_api_key``, ``identity_audit_*``.
Events out: ``UserRegistered``, ``UserUpdated``, ``SessionRevoked``. Events in: none.
"""
