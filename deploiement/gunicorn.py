"""Gunicorn of the production image. The number of processes comes from ``WEB_CONCURRENCY``, which gunicorn reads."""

bind = "0.0.0.0:8000"  # noqa: S104  (only the private network of the containers reaches it)
worker_class = "gthread"
workers = 2
threads = 4
# Loaded once and shared: connections to the database are opened later, by each process.
preload_app = True
timeout = 60
graceful_timeout = 30
# Slow leaks of C libraries never accumulate; the jitter keeps processes from restarting together.
max_requests = 5000
max_requests_jitter = 500
# Their heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108
# nginx alone reaches this port, and overwrites the headers it forwards.
forwarded_allow_ips = "*"
control_socket_disable = True
# nginx keeps the journal of requests, without the secrets that some addresses carry.
accesslog = None
