namespace Cluster.Silo.Hosting;

/// <summary>The options of a silo.</summary>
internal sealed record SiloOptions : ServerOptions
{
    /// <summary>The silo's folder: jobs (without a database), artefacts, caches.</summary>
    [Setting("--data-dir", "folder of jobs, artefacts and caches", "DIR", IsRequired = true)]
    public string DataFolder { get; init; } = "";

    /// <summary>The artefacts, which all silos of a cluster see: a folder, or a bucket; null: in the data folder.</summary>
    [Setting(
        "--artefacts",
        "folder of artefacts that all silos of the cluster see, or s3://BUCKET/PREFIX; by default in the data folder",
        "PLACE")]
    public string? Artefacts { get; init; }

    /// <summary>Folders whose files callers may name by path; nothing else is read for them.</summary>
    [Setting("--shared-data", "folder whose files callers may name by their paths; repeatable, none by default", "DIR")]
    public IReadOnlyList<string> SharedData { get; init; } = [];

    /// <summary>One device per slot, if the silo is a worker.</summary>
    [Setting(
        "--devices", "slots: cpu:N for N on the processors, cuda:N for GPU number N; separated by commas", "LIST", Default = "cpu:1")]
    public IReadOnlyList<string> Devices { get; init; } = ["cpu:0"];

    /// <summary>The kind of machine, by which jobs ask for times on it; null: the processor's instruction set.</summary>
    [Setting("--machine-kind", "kind of machine that this is, for jobs with --kinds; by default the processor's instruction set", "NAME")]
    public string? MachineKind { get; init; }

    /// <summary>The silo's roles.</summary>
    [Setting(
        "--roles", "what the silo is there for: coordinator (hosts jobs), worker (has slots), or both, separated by a comma", "LIST",
        Default = "coordinator,worker")]
    public SiloRoles Roles { get; init; } = SiloRoles.All;

    /// <summary>How silos find each other.</summary>
    [Setting(
        "--clustering", "localhost for a cluster of one, or postgres:CONNECTION (in Npgsql's form; - reads it from CLUSTER_DATABASE)",
        "WHERE")]
    public string Clustering { get; init; } = "localhost";

    /// <summary>The address at which other silos reach this one.</summary>
    [Setting("--advertise", "address under which other silos reach this one", "ADDRESS")]
    public IPAddress Advertised { get; init; } = IPAddress.Loopback;

    /// <summary>The port for other silos; 0 for a free one.</summary>
    [Setting("--silo-port", "port for other silos; 0 for a free one", "PORT", Most = ushort.MaxValue)]
    public int SiloPort { get; init; }

    /// <summary>The port for Orleans clients, i.e. gateways; 0 for none. It requires no token.</summary>
    [Setting(
        "--gateway-port", "port for gateways (cluster gateway), which asks for no token; none by default", "PORT", Most = ushort.MaxValue)]
    public int GatewayPort { get; init; }

    /// <summary>Whether the page's port also serves Orleans' own dashboard, for admins.</summary>
    [Setting("--orleans-dashboard", "Orleans' own dashboard at /orleans of the page's port, for admins")]
    public bool OrleansDashboard { get; init; }

    /// <summary>See <see cref="RetentionRules.KeepUploads"/>.</summary>
    [Setting("--keep-uploads", "days that a file is kept which no job names; 0 for ever", "DAYS")]
    public TimeSpan KeepUploads { get; init; } = TimeSpan.FromDays(7);

    /// <summary>See <see cref="RetentionRules.KeepJobs"/>.</summary>
    [Setting("--keep-jobs", "days that a job is kept after its end; 0 for ever", "DAYS")]
    public TimeSpan KeepJobs { get; init; }

    /// <summary>See <see cref="RetentionRules.KeepProofs"/>.</summary>
    [Setting("--keep-proofs", "proofs of a schedule (prove --every) that are kept, the last ones; 0 for all", "N")]
    public int KeepProofs { get; init; } = 10;

    /// <summary>See <see cref="RetentionRules.MostBytes"/>.</summary>
    [Setting("--max-stored", "size of all files above which jobs that have ended go, the oldest first, in GiB; 0 for any", "GIB")]
    public long StoredBytes { get; init; }

    /// <summary>The limit for unpacked data not in use, in bytes; 0: none.</summary>
    [Setting(
        "--max-unpacked", "size of the data unpacked on this machine, in GiB, above which those unused for longest go; 0 for any", "GIB")]
    public long UnpackedBytes { get; init; }

    /// <summary>The limit for calibration statistics not in use, in bytes; 0: none.</summary>
    [Setting(
        "--max-calibration",
        "size of the calibration statistics on this machine, in GiB, above which those unused for longest go; 0 for any",
        "GIB")]
    public long CalibrationBytes { get; init; }

    /// <summary>Resident bytes above which a slot's child is killed; 0 for no limit; null: its share of the machine's memory.</summary>
    [Setting(
        "--memory-limit",
        "memory limit of a slot's process, in GiB; 0 for none; by default its share of nine tenths of the machine's",
        "GIB")]
    public long? MemoryLimit { get; init; }

    /// <summary>Longest that one item may run.</summary>
    [Setting("--item-limit", "time limit of one candidate, in minutes", "MINUTES", IsMoreThanLeast = true)]
    public TimeSpan ItemLimit { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Lock file for timings on one machine, for silos that have different temporary folders; null: in that folder.</summary>
    [Setting(
        "--machine-lock",
        "file of the lock that timings of several silos on one machine share; by default in the temporary folder",
        "FILE")]
    public string? MachineLock { get; init; }

    /// <summary>Folder of results kept across jobs, or null for none.</summary>
    [Setting("--cache", "folder of results across jobs", "DIR")]
    public string? EvaluationCache { get; init; }

    /// <summary>The program of a slot's child process.</summary>
    public ChildCommand Child { get; init; } = ChildCommand.Own;

    /// <summary>Makes a slot's worker; null: each has a child process.</summary>
    public Func<NodeFolders, ISlotWorker>? Worker { get; init; }

    /// <summary>What its slots are announced as; null: what <see cref="Devices"/> offer on this machine.</summary>
    public Func<EvaluatorVersions, SlotStatus[]>? Offered { get; init; }

    /// <summary>Whether lost silos are detected within seconds, at the price of mistaking busy ones for lost: for tests.</summary>
    [Setting("--notice-losses-fast", "declare silent silos lost within seconds, for tests", IsHidden = true)]
    public bool NoticesLossesFast { get; init; }

    /// <summary>How long running work may take to end when the silo stops.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest time to stop the silo: draining, then the coordinators' last writes.</summary>
    public TimeSpan StopLimit => DrainLimit + TimeSpan.FromSeconds(40);

    /// <summary>The devices of its slots: none if it is not a worker.</summary>
    public IReadOnlyList<string> Slots => Roles.HasFlag(SiloRoles.Worker) ? Devices : [];

    /// <summary>The bucket that all silos of a cluster keep artefacts in, or null for a folder.</summary>
    /// <exception cref="UsageException">The text is not valid.</exception>
    public BucketPlace? Bucket => BucketOf(Artefacts);

    /// <summary>
    /// The database through which the silos of a cluster find each other, in Npgsql's form, or null for a cluster of this silo alone.
    /// </summary>
    /// <exception cref="UsageException">It names neither.</exception>
    public string? Database => DatabaseOf(Clustering);

    /// <summary>How long jobs and files are kept.</summary>
    public RetentionRules Retention => new()
    {
        KeepUploads = KeepUploads,
        KeepJobs = KeepJobs,
        KeepProofs = KeepProofs,
        MostBytes = StoredBytes,
    };
}
