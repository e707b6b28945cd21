namespace Cluster.Grains.Contracts;

/// <summary>The requirements of work for a slot.</summary>
[GenerateSerializer]
[Alias("cluster.slotNeeds")]
public sealed record SlotNeeds
{
    /// <summary>The required instruction set: <see cref="SlotStatus.Host"/>; empty: any, as the kind of machine is asked for.</summary>
    [Id(0)]
    public required string Host { get; init; }

    /// <summary>The target whose runtime the work needs; empty: none, because it is a simulation.</summary>
    [Id(1)]
    public string Target { get; init; } = string.Empty;

    /// <summary>The device class of the job's times and counts, or the kind of machine; empty: any that runs the target.</summary>
    [Id(2)]
    public string Device { get; init; } = string.Empty;

    /// <summary>Number formats that the job's plans may use; arrays can be carried, lists that compilers make cannot.</summary>
    [Id(3)]
    public IReadOnlyList<string> Formats { get; init => field = value.ToArray(); } = Array.Empty<string>();

    /// <summary>The least bytes of the device's own memory.</summary>
    [Id(4)]
    public long MemoryBytes { get; init; }

    /// <summary>Whether a slot with its own device is preferred; otherwise such slots are left to other work.</summary>
    [Id(5)]
    public bool PrefersOwnDevice { get; init; }

    /// <summary>Requests with equal keys fit the same slots.</summary>
    public string Key => $"{Host}|{Target}|{Device}|{string.Join(' ', Formats)}|{MemoryBytes}|{PrefersOwnDevice}";
}
