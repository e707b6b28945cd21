namespace Cluster.Tests;

internal static class Networks
{
    /// <summary>8 bits harm little and pay everywhere.</summary>
    public static SyntheticNetwork Easy => new()
    {
        Damage = [.. Enumerable.Repeat(0.0005, 8)],
        Float32Ms = [.. Enumerable.Repeat(1.0, 8)],
        Int8Ms = [.. Enumerable.Repeat(0.4, 8)],
    };

    /// <summary>Two groups lose what may not be lost.</summary>
    public static SyntheticNetwork Sensitive => Easy with { Damage = [0.0005, 0.0005, 0.03, 0.0005, 0.0005, 0.0005, 0.04, 0.0005] };

    /// <summary>Every other group is sensitive, and changing precision costs more than 8 bits save in one group.</summary>
    public static SyntheticNetwork Scattered => new()
    {
        Damage = [0.0002, 0.0002, 0.02, 0.0002, 0.02, 0.0002, 0.02, 0.0002, 0.0002, 0.0002, 0.0002, 0.0002],
        Float32Ms = [.. Enumerable.Repeat(1.0, 12)],
        Int8Ms = [.. Enumerable.Repeat(0.5, 12)],
        EdgeMs = 0.6,
    };

    /// <summary>Depthwise groups are slower in 8 bits, enough to make the whole network slower; the last half is faster.</summary>
    public static SyntheticNetwork HalfSlower => new()
    {
        Damage = [.. Enumerable.Repeat(0.0003, 12)],
        Float32Ms = [.. Enumerable.Repeat(0.5, 12)],
        Int8Ms = [1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2],
        EdgeMs = 0.05,
    };

    /// <summary>8 bits are slower in every group.</summary>
    public static SyntheticNetwork AllSlower => Easy with { Int8Ms = [.. Enumerable.Repeat(1.2, 8)] };

    /// <summary>No group alone may be in 8 bits.</summary>
    public static SyntheticNetwork Hopeless => Easy with { Damage = [.. Enumerable.Repeat(0.03, 8)] };

    /// <summary>The spec of a job for which a user chose otherwise.</summary>
    public static JobSpec Choosing(this JobSpec spec, Func<JobOptions, JobOptions> choose) => spec with { Options = choose(spec.Options) };

    /// <summary>The network with jobs for which a user chose otherwise.</summary>
    public static SyntheticNetwork Choosing(this SyntheticNetwork network, Func<JobOptions, JobOptions> choose) =>
        network with { Spec = network.Spec.Choosing(choose) };

    /// <summary>All groups in FP32.</summary>
    public static Plan Float32(this SyntheticNetwork network) => network.In(GroupFormat.Baseline);

    /// <summary>All groups in one format.</summary>
    public static Plan In(this SyntheticNetwork network, GroupFormat format, string calibrator = "mse", bool biasCorrection = true) =>
        Plan.Uniform(
            format, network.Spec.Options.Target, network.Space.Groups.Select(group => group.Name), calibrator, biasCorrection);

    /// <summary>A network with damages, times and interactions drawn from a seed.</summary>
    public static SyntheticNetwork Random(ulong seed)
    {
        var random = new SplitMix64(seed);
        var count = 6 + random.Below(10);
        return new SyntheticNetwork
        {
            Damage = [.. Enumerable.Range(0, count).Select(_ => random.Below(4) == 0 ? 0.02 * Unit() : 0.001 * Unit())],
            Float32Ms = [.. Enumerable.Range(0, count).Select(_ => 0.2 + Unit())],
            Int8Ms = [.. Enumerable.Range(0, count).Select(_ => 0.1 + (0.7 * Unit()))],
            EdgeMs = 0.3 * Unit(),
            ProfiledEdgeMs = 0.3 * Unit(),
            Interaction = 0.0005 * Unit(),
        };

        double Unit() => random.Below(1 << 20) / (double)(1 << 20);
    }
}
