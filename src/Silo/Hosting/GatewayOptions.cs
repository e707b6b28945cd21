using System.Net;
using Cluster.Silo.Api.Access;
using Cluster.Silo.Hosting.Tls;
using Cluster.Storage.S3;

namespace Cluster.Silo.Hosting;

/// <summary>How a gateway is started: a door of a cluster without a silo behind it in the same process.</summary>
internal sealed record GatewayOptions
{
    /// <summary>Where clients connect; port 0 for a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where browsers find the live page, or null for none; port 0 for a free one.</summary>
    public IPEndPoint? Page { get; init; }

    /// <summary>The database of the cluster, in Npgsql's form.</summary>
    public required string Database { get; init; }

    /// <summary>The artefact store's folder, which all silos and gateways of the cluster see; with a bucket, that of its copies.</summary>
    public required string Artefacts { get; init; }

    /// <summary>The bucket that all silos and gateways of the cluster keep artefacts in, or null for a folder.</summary>
    public BucketPlace? Bucket { get; init; }

    /// <summary>What copies of the bucket's artefacts may take that are not in use, in bytes; 0 for any.</summary>
    public long CopiedBytes { get; init; }

    /// <summary>The gateway ports of silos; none: those that the database names.</summary>
    public IReadOnlyList<IPEndPoint> Gateways { get; init; } = [];

    /// <summary>Silos and gateways of one cluster have the same name.</summary>
    public string ClusterId { get; init; } = "cluster";

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
}
