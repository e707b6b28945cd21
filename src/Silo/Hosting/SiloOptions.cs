using System.Net;
using Cluster.Grains.Ports;
using Cluster.Silo.Api.Access;
using Cluster.Silo.Api.Collection;
using Cluster.Silo.Hosting.Tls;
using Cluster.Storage.S3;

namespace Cluster.Silo.Hosting;

/// <summary>How a silo is started.</summary>
internal sealed record SiloOptions
{
    /// <summary>Where clients connect; port 0 for a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where browsers find the live page, or null for none; port 0 for a free one.</summary>
    public IPEndPoint? Page { get; init; }

    /// <summary>The silo's folder: jobs (without a database), artefacts, caches.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The artefact store's folder, shared by all silos of a cluster; null: in the data folder.</summary>
    public string? Artefacts { get; init; }

    /// <summary>The bucket that all silos of a cluster keep artefacts in, or null for a folder.</summary>
    public BucketPlace? Bucket { get; init; }

    /// <summary>What copies of the bucket's artefacts may take that are not in use, in bytes; 0 for any.</summary>
    public long CopiedBytes { get; init; }

    /// <summary>What unpacked data may take that are not in use, in bytes; 0 for any.</summary>
    public long UnpackedBytes { get; init; }

    /// <summary>What calibration statistics may take that are not in use, in bytes; 0 for any.</summary>
    public long CalibrationBytes { get; init; }

    /// <summary>Folders whose files callers may name by path; nothing else is read for them.</summary>
    public IReadOnlyList<string> SharedData { get; init; } = [];

    /// <summary>What the silo is there for.</summary>
    public SiloRoles Roles { get; init; } = SiloRoles.All;

    /// <summary>One device a slot; none where the silo is no worker.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>
    /// The database that the silos of a cluster meet in, in Npgsql's form, or null for a cluster of this silo alone.
    /// </summary>
    public string? Database { get; init; }

    /// <summary>Silos of one cluster have the same name.</summary>
    public string ClusterId { get; init; } = "cluster";

    /// <summary>The address under which other silos reach this one.</summary>
    public IPAddress Advertised { get; init; } = IPAddress.Loopback;

    /// <summary>The port of other silos; 0 for a free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>The port of Orleans clients, which gateways are; 0 for none: whoever reaches it needs no token.</summary>
    public int GatewayPort { get; init; }

    /// <summary>
    /// Whether work is done in this process instead of one child per slot: for tests and benchmarks that do not measure
    /// the work itself.
    /// </summary>
    public bool InProcess { get; init; }

    /// <summary>Whether synthetic jobs are accepted.</summary>
    public bool AllowSynthetic { get; init; }

    /// <summary>
    /// Whether lost silos are noticed within seconds, at the price of mistaking busy ones for lost: for tests.
    /// </summary>
    public bool NoticesLossesFast { get; init; }

    /// <summary>Whether the page's port has Orleans' own dashboard, for admins.</summary>
    public bool OrleansDashboard { get; init; }

    /// <summary>Who can read what it sends, and whom it lets connect.</summary>
    public Encryption Encryption { get; init; } = new();

    /// <summary>File of the token that callers must send, or null if everyone may call.</summary>
    public string? TokenFile { get; init; }

    /// <summary>File of several callers with their tokens' digests and roles, or null; not with <see cref="TokenFile"/>.</summary>
    public string? TokensFile { get; init; }

    /// <summary>The largest upload, in bytes.</summary>
    public long MaxArtefactBytes { get; init; } = 2L << 30;

    /// <summary>How much one tenant may have.</summary>
    public Quotas Quotas { get; init; } = new();

    /// <summary>Calls that one address may begin in a second, in the long run; 0 for any number.</summary>
    public int CallsPerSecond { get; init; } = 200;

    /// <summary>How long jobs and files are kept.</summary>
    public RetentionRules Retention { get; init; } = new() { KeepUploads = TimeSpan.FromDays(7) };

    /// <summary>Resident bytes above which a slot's child is ended; 0 for no limit; null: its share of the machine's memory.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>
    /// File of the lock that timings of one machine share, for silos that have different temporary folders; null: in that
    /// folder.
    /// </summary>
    public string? MachineLock { get; init; }

    /// <summary>Longest that one item may run.</summary>
    public TimeSpan ItemLimit { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>How long running work may take to end when the silo stops.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the silo takes to stop at most: draining, then what coordinators still write.</summary>
    public TimeSpan StopLimit => DrainLimit + TimeSpan.FromSeconds(40);

    /// <summary>Folder of results kept across jobs, or null for none.</summary>
    public string? EvaluationCache { get; init; }
}
