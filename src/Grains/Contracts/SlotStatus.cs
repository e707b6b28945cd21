namespace Cluster.Grains.Contracts;

/// <summary>A place for one attempt at a time.</summary>
[GenerateSerializer]
[Alias("cluster.slotStatus")]
public sealed record SlotStatus
{
    /// <summary>Its device, such as "cpu:0" or "cuda:1".</summary>
    [Id(0)]
    public required string Device { get; init; }

    /// <summary>Devices of one class give comparable results: that of its GPU, or the kind of machine.</summary>
    [Id(1)]
    public required string DeviceClass { get; init; }

    /// <summary>The grant under which it works, or null if it is free.</summary>
    [Id(2)]
    public string? Grant { get; init; }

    /// <summary>The job that it works for, or null.</summary>
    [Id(3)]
    public string? Job { get; init; }

    /// <summary>The item's number there, or null: also if the job has not requested it yet.</summary>
    [Id(4)]
    public int? Sequence { get; init; }

    /// <summary>When that started.</summary>
    [Id(5)]
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether it is excluded for a while, because its device failed repeatedly.</summary>
    [Id(6)]
    public bool IsExcluded { get; init; }

    /// <summary>The fault of its device, or null.</summary>
    [Id(7)]
    public string? Problem { get; init; }

    /// <summary>Whether its work must run alone on the node: a new directory has to know.</summary>
    [Id(8)]
    public bool Alone { get; init; }

    /// <summary>The instruction set of its host's processors, on which simulations depend.</summary>
    [Id(9)]
    public string Host { get; init; } = string.Empty;

    /// <summary>The targets that it can run.</summary>
    [Id(10)]
    public IReadOnlyList<string> Targets { get; init => field = value.ToArray(); } = Array.Empty<string>();

    /// <summary>Bytes of its device's own memory; 0 for a slot on the processors, or if unknown.</summary>
    [Id(11)]
    public long MemoryBytes { get; init; }

    /// <summary>Number formats that its device cannot compute in, such as "float16".</summary>
    [Id(12)]
    public IReadOnlyList<string> Lacks { get; init => field = value.ToArray(); } = Array.Empty<string>();

    /// <summary>The tenant of its job, or null: a new directory has to know.</summary>
    [Id(13)]
    public string? Tenant { get; init; }

    /// <summary>Whether it has its own device, rather than the processors.</summary>
    public bool HasOwnDevice => Device.StartsWith("cuda:", StringComparison.Ordinal);
}
