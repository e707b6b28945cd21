"""What can go wrong, as exceptions whose text is one sentence: what was found, what was expected, what to do."""


class ClusterError(Exception):
    """Every error of this package."""


class ServerError(ClusterError):
    """A server refused a call, failed, or could not be reached."""

    def __init__(self, message, reason="", code=None):
        super().__init__(message)
        self.reason = reason
        """The contract's reason, such as "SPEC_INVALID"; empty where there is none."""
        self.code = code
        """grpc.StatusCode."""


class JobFailed(ClusterError):
    """A job ended without a result."""


class DataDoubted(JobFailed):
    """What FP32 answers proves that the evaluation data are wrong for the network: mend them as it says, or give doubts="ignore"."""


class BoundNotKept(ClusterError):
    """A job ended, and no plan that it measured keeps the accepted loss and the budgets: there is nothing to deploy in FP32's place."""

    def __init__(self, message, job):
        super().__init__(message)
        self.job = job
        """The job, with all that it measured: job.candidates, job.report(), job.solve(...)."""

    @property
    def winner(self):
        """The plan that comes nearest."""
        return self.job.winner


class MetricError(ClusterError):
    """The metric of this process could not be computed; the job is suspended, and Job.resume(metric=...) goes on with it."""
