namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>The options for learning a job's roundings, from its seed and the slot's device.</summary>
internal sealed class RoundingOptions(JobOptions job, LearningPlace place)
{
    private const long LargestCaches = 4L << 30;

    // Activations of the whole calibration set, in FP32 and quantized: the rest goes to files.
    private const int CacheShare = 4;

    /// <summary>Seed for choosing the held-out images, which only decide what is kept, stratified by label.</summary>
    public long HeldOutSeed => SplitMix64.Derive(job.Seed, "held out");

    /// <summary>The options of one learning.</summary>
    /// <param name="iterations">Iterations per block.</param>
    /// <param name="name">The name of what is learned: each has its own seed.</param>
    public ReconstructionOptions Of(ReconstructionMethod method, int iterations, string name) =>
        ReconstructionOptions.For(method, iterations, SplitMix64.Derive(job.Seed, $"reconstruction/{name}")) with
        {
            Device = place.Device.Require(),
            CacheBytes = Math.Min(LargestCaches, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / CacheShare),
        };
}
