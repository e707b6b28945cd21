namespace Cluster.Coordinator.Tests.Model;

/// <summary>A job's identity is the digest of its spec's JSON.</summary>
public sealed class JobSpecTests
{
    private static readonly JobSpec Plain = new()
    {
        ModelDigest = new string('a', 64),
        Data = new DataDigests(new string('b', 64), new string('c', 64)),
        Options = new JobOptions { FineTune = FineTuneMode.Never, Reconstruct = ReconstructionMode.Never },
        Versions = new EvaluatorVersions("cluster 0.5.0, libtorch 2.6.0", "onnxruntime 1.21.0", "avx512-vnni"),
    };

    [Fact]
    public void JobId_OfASpec_IsThatOfItsJson()
    {
        string json = JsonSerializer.Serialize(Plain, PlanJson.Options);

        JsonSerializer.Deserialize<JobSpec>(json, PlanJson.Options)!.JobId.ShouldBe(Plain.JobId);
        Plain.JobId.ShouldBe("2e9033202ae70205685e0f25df327eb4d4c7cbedcd3c2289551d0d92d844661e");
    }

    [Fact]
    public void JobId_WhoSharesASweepAndHowLongItMayTake_AreNoPart()
    {
        (Plain with { SweepParts = 4 }).JobId.ShouldBe(Plain.JobId);
        Plain.Choosing(options => options with { MaxMinutes = 5 }).JobId.ShouldBe(Plain.JobId);
        Plain.Choosing(options => options with { Seed = 5 }).JobId.ShouldNotBe(Plain.JobId);
    }
}
