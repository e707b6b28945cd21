using System.Text.Json;
using Cluster.Coordinator.Json;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Coordinator.Tests.Model;

/// <summary>A job's identity is the digest of its spec's JSON: journals of every released version have it.</summary>
public sealed class JobSpecTests
{
    private static readonly JobSpec Plain = new()
    {
        ModelDigest = new string('a', 64),
        Data = new DataDigests(new string('b', 64), new string('c', 64)),
        Options = new JobOptions { FineTune = FineTuneMode.Never, Reconstruct = ReconstructionMode.Never },
        Versions = new EvaluatorVersions("cluster 0.5.0, libtorch 2.6.0", "onnxruntime 1.21.0", "avx512-vnni"),
    };

    private static readonly JobSpec Full = Plain with
    {
        Data = new DataDigests(new string('b', 64), new string('c', 64), new string('d', 64), new string('e', 64)),
        Options = new JobOptions
        {
            Target = "other",
            Methods = ["mse", "percentile:99.9"],
            MaxDrop = 0.0125,
            Confidence = 0.95,
            BudgetEvaluations = 40,
            Batch = 8,
            Threads = 4,
            Seed = 9007199254740991,
            FineTune = FineTuneMode.Auto,
            Epochs = 3,
            Reconstruct = ReconstructionMode.Always,
            ReconstructIterations = 750,
        },
    };

    // Computed by the program at f876d6c, in which a spec's options were members of its own.
    private static readonly string[] PlainDigests =
    [
        "e0b6bbdaaab51643c2d9cfbbd00565c57dbe2212e4a3b9558fca9b557705e656",
        "224879367149ef7135d8823ff0db3669422a3ea71520d68805a5a47cbc803615",
        "b2306661ed5dc01806e9e5734cdfc06605ea3a1a045080c34a6057e97be68e78",
        "0bd974168d9840d40c145bf27c0fcaf55fefb9e5426322cfdf9be37c51dc8636",
        "a61585a542c88884e283cb2eb5d499ae3eda10a4a68c9117b9cbde77318d2260",
        "3b17b513384baaa71f69f9f39447d6b80d1bfa27662be51205d1e649e681d2e2",
    ];

    private static readonly string[] FullDigests =
    [
        "125bca3d977f901a965a3c035997eea6158680285e76c83bca74860e2a9ab3b4",
        "8d4d546730fb0662290d02539c85540302c2e1f3c65e0c0b7cbae362b39ee9d2",
        "e044dab47eecde2ee620e51cda1dae2e9757b3a383320d8d061a02d0147fcbf4",
        "8c61308ef4a97d154e7ae36a11b89586d8329e36a83934b01af292f250783fbc",
        "193152df863a3a88ae82e36308d5bdf3a667ac552c26725625770e4e61400108",
        "8b0d884293d4edf1200e8d5c6d982884e029101c858277551dc405480e0fb2b7",
    ];

    [Fact]
    public void Digests_OfASpec_AreThoseOfReleasedVersions()
    {
        Digests(Plain).ShouldBe(PlainDigests);
        Digests(Full).ShouldBe(FullDigests);
    }

    [Fact]
    public void Json_OfASpec_IsOneFlatObjectInTheReleasedOrder()
    {
        string json = JsonSerializer.Serialize(Full, CoordinatorJson.Options);

        using var document = JsonDocument.Parse(json);
        document.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(
        [
            "modelDigest", "data", "target", "methods", "maxDrop", "confidence", "budgetEvaluations", "batch", "threads",
            "seed", "fineTune", "epochs", "reconstruct",
            "reconstructIterations", "versions",
        ]);
        JsonSerializer.Serialize(JsonSerializer.Deserialize<JobSpec>(json, CoordinatorJson.Options), CoordinatorJson.Options)
            .ShouldBe(json);
    }

    [Fact]
    public void Read_StepsThatAreNotThere_AreNeverTaken()
    {
        var read = JsonSerializer.Deserialize<JobSpec>(JsonSerializer.Serialize(Plain, CoordinatorJson.Options), CoordinatorJson.Options)!;

        (read.Options.FineTune, read.Options.Reconstruct).ShouldBe((FineTuneMode.Never, ReconstructionMode.Never));
        read.JobId.ShouldBe(Plain.JobId);
    }

    [Fact]
    public void Read_DigestIsMissing_IsRefused() =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<JobSpec>("""{"target":"onnxruntime-cpu"}""", CoordinatorJson.Options))
            .Message.ShouldContain("modelDigest");

    private static string[] Digests(JobSpec spec) =>
        [spec.JobId, spec.AccuracyContext, spec.LatencyContext, spec.TestContext, spec.ReconstructionContext, spec.FineTuneContext];
}
