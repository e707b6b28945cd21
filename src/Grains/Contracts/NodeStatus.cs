namespace Cluster.Grains.Contracts;

/// <summary>A node's status as it reports it. Its lists are arrays: compiler-generated lists cannot be serialized.</summary>
[GenerateSerializer]
[Alias("cluster.nodeStatus")]
public sealed record NodeStatus
{
    /// <summary>The node's id: unique for each start of the program, so that a dead node is never mistaken for a live one.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Version of the program.</summary>
    [Id(1)]
    public required string Version { get; init; }

    /// <summary>When it started; null if unknown.</summary>
    [Id(2)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether it accepts no new work.</summary>
    [Id(3)]
    public bool IsDraining { get; init; }

    /// <summary>Its slots, by index.</summary>
    [Id(4)]
    public required IReadOnlyList<SlotStatus> Slots { get; init => field = value.ToArray(); }

    /// <summary>The data it already holds; see <see cref="SlotRequest.Affinity"/>.</summary>
    [Id(5)]
    public IReadOnlyList<string> Holds { get; init => field = value.ToArray(); } = Array.Empty<string>();

    /// <summary>When this was reported; set by the receiver, by its own clock; null: never.</summary>
    [Id(6)]
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Whether it is silent; set by the expected receiver.</summary>
    [Id(7)]
    public bool IsSuspect { get; init; }

    /// <summary>Whether its operator stopped it from accepting new work, until that is undone.</summary>
    [Id(8)]
    public bool IsCordoned { get; init; }

    /// <summary>The versions of its computing software, as <see cref="VersionsOf"/>; empty: unknown.</summary>
    [Id(9)]
    public string Versions { get; init; } = string.Empty;

    /// <summary>The machine that it shares with other nodes, as <see cref="INodeHost.Machine"/>; empty: unknown.</summary>
    [Id(10)]
    public string Machine { get; init; } = string.Empty;

    /// <summary>The versions that a job and a node must share, in one text; the device class covers the rest.</summary>
    public static string VersionsOf(EvaluatorVersions versions) => $"{versions.Numerics}, {versions.Runtime}";
}
