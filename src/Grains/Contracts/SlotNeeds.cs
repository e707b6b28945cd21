namespace Cluster.Grains.Contracts;

/// <summary>What work takes of a slot.</summary>
[GenerateSerializer]
[Alias("cluster.slotNeeds")]
public sealed record SlotNeeds
{
    /// <summary>The instruction set that the job was made for: <see cref="SlotStatus.Host"/>.</summary>
    [Id(0)]
    public required string Host { get; init; }

    /// <summary>The target whose runtime the work is done in; empty: none, as it is a simulation.</summary>
    [Id(1)]
    public string Target { get; init; } = string.Empty;

    /// <summary>The class of device that the job's times and counts are of; empty: any that runs the target.</summary>
    [Id(2)]
    public string Device { get; init; } = string.Empty;

    /// <summary>Number formats that the job's plans may use; arrays can be carried, lists that compilers make cannot.</summary>
    [Id(3)]
    public IReadOnlyList<string> Formats { get; init => field = value.ToArray(); } = Array.Empty<string>();

    /// <summary>Bytes that the work takes of a device's own memory, at least.</summary>
    [Id(4)]
    public long MemoryBytes { get; init; }

    /// <summary>Whether a slot with a device of its own is the better one; otherwise such slots are left to others.</summary>
    [Id(5)]
    public bool PrefersOwnDevice { get; init; }

    /// <summary>Requests with equal keys suit the same slots.</summary>
    public string Key => $"{Host}|{Target}|{Device}|{string.Join(' ', Formats)}|{MemoryBytes}|{PrefersOwnDevice}";
}
