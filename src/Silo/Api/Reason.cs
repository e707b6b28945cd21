namespace Cluster.Silo.Api;

/// <summary>Reasons of errors in the contract. Clients compare them: they never change.</summary>
internal static class Reason
{
    public const string ArtefactCorrupt = "ARTEFACT_CORRUPT";
    public const string ArtefactMissing = "ARTEFACT_MISSING";
    public const string ArtefactTooLarge = "ARTEFACT_TOO_LARGE";
    public const string ArtefactUnknown = "ARTEFACT_UNKNOWN";
    public const string ArtefactsNotOwned = "ARTEFACTS_NOT_OWNED";
    public const string CheckUnderWay = "CHECK_UNDER_WAY";
    public const string ChunkTooLarge = "CHUNK_TOO_LARGE";
    public const string ClusterUnavailable = "CLUSTER_UNAVAILABLE";
    public const string DataInvalid = "DATA_INVALID";
    public const string DataMissing = "DATA_MISSING";
    public const string DigestMismatch = "DIGEST_MISMATCH";
    public const string EtagMismatch = "ETAG_MISMATCH";
    public const string HeaderMissing = "HEADER_MISSING";
    public const string InternalError = "INTERNAL_ERROR";
    public const string JobEnded = "JOB_ENDED";
    public const string JobRunning = "JOB_RUNNING";
    public const string JobUnknown = "JOB_UNKNOWN";
    public const string LabelsNotAwaited = "LABELS_NOT_AWAITED";
    public const string ModelInvalid = "MODEL_INVALID";
    public const string NodeUnknown = "NODE_UNKNOWN";
    public const string NotAnswered = "NOT_ANSWERED";
    public const string OffsetBeyondEnd = "OFFSET_BEYOND_END";
    public const string PageSizeInvalid = "PAGE_SIZE_INVALID";
    public const string PageTokenInvalid = "PAGE_TOKEN_INVALID";
    public const string QuotaExceeded = "QUOTA_EXCEEDED";
    public const string RequestIdReused = "REQUEST_ID_REUSED";
    public const string RequestInvalid = "REQUEST_INVALID";
    public const string RequestTooLarge = "REQUEST_TOO_LARGE";
    public const string RoleMissing = "ROLE_MISSING";
    public const string ScheduleExists = "SCHEDULE_EXISTS";
    public const string SequenceBeyondEnd = "SEQUENCE_BEYOND_END";
    public const string ServerDraining = "SERVER_DRAINING";
    public const string SizeMismatch = "SIZE_MISMATCH";
    public const string SpecInvalid = "SPEC_INVALID";
    public const string StoreFull = "STORE_FULL";
    public const string TokenMissing = "TOKEN_MISSING";
    public const string TokenWrong = "TOKEN_WRONG";
    public const string TooManyCalls = "TOO_MANY_CALLS";
    public const string TooManyJobs = "TOO_MANY_JOBS";
    public const string TooManyStreams = "TOO_MANY_STREAMS";
    public const string UploadTooSlow = "UPLOAD_TOO_SLOW";
}
