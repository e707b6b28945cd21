using Cluster.Coordinator.Model;

namespace Cluster.Grains.Contracts;

/// <summary>A node as it sees itself. Its lists are arrays: the lists that compilers make for themselves cannot be carried.</summary>
[GenerateSerializer]
[Alias("cluster.nodeStatus")]
public sealed record NodeStatus
{
    /// <summary>The node's id: unique for each start of the program, so that the dead are never mistaken for the living.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Version of the program.</summary>
    [Id(1)]
    public required string Version { get; init; }

    /// <summary>When it started; null where that is not known.</summary>
    [Id(2)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether it takes nothing new.</summary>
    [Id(3)]
    public bool IsDraining { get; init; }

    /// <summary>Its slots, by index.</summary>
    [Id(4)]
    public required IReadOnlyList<SlotStatus> Slots { get; init => field = value.ToArray(); }

    /// <summary>What it holds already; see <see cref="SlotRequest.Affinity"/>.</summary>
    [Id(5)]
    public IReadOnlyList<string> Holds { get; init => field = value.ToArray(); } = Array.Empty<string>();

    /// <summary>When this was said; set by who hears it, by its own clock; null: never.</summary>
    [Id(6)]
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Whether it is silent; set by who should hear from it.</summary>
    [Id(7)]
    public bool IsSuspect { get; init; }

    /// <summary>Whether it takes nothing new, by its operator's word, until that is taken back.</summary>
    [Id(8)]
    public bool IsCordoned { get; init; }

    /// <summary>What computes results there, as <see cref="VersionsOf"/>; empty: nothing is known.</summary>
    [Id(9)]
    public string Versions { get; init; } = string.Empty;

    /// <summary>The versions that a job and a node must share, in one text; the device class says the rest.</summary>
    public static string VersionsOf(EvaluatorVersions versions) => $"{versions.Numerics}, {versions.Runtime}";
}
