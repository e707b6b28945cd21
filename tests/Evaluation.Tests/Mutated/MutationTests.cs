using Cluster.Mutations;

namespace Cluster.Evaluation.Tests.Mutated;

public sealed class MutationTests
{
    private const int Count = 900;

    // Another seed than that of `bench mutations`, whose cases have been read.
    private const long Seed = 2;

    public static TheoryData<string> Kinds => [.. MutationKind.Names];

    [Long]
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Read_DamagedFiles_AreReadOrRefusedInASentence(string kind)
    {
        var outcome = await new MutationRun(kind, Seed).RunAsync(0, Count, TestContext.Current.CancellationToken);

        outcome.Faults.ShouldBeEmpty(string.Join('\n', outcome.Faults));
        (outcome.Read + outcome.Refused).ShouldBe(Count);
        outcome.Read.ShouldBeGreaterThan(0);
        outcome.Refused.ShouldBeGreaterThan(0);
        outcome.Slowest.ShouldBeLessThanOrEqualTo(MutationChild.Longest);
    }

    [Fact]
    public void Read_NetworkCutAnywhere_GivesAGraphOrASentence()
    {
        byte[] whole = OnnxWriter.Write(ExportedSample.Graph()).Message;
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            var failure = Record.Exception(() => OnnxReader.Read(ModelFile.Of(cut), "cut"));
            (failure is null or KernelException).ShouldBeTrue($"cut at {length}: {failure}");
        }
    }

    [Fact]
    public void Of_SeedAndNumber_GiveTheSameBytes()
    {
        var kind = MutationKind.Of("labels");

        Damage.Of(kind, 3, 7).File.ShouldBe(Damage.Of(kind, 3, 7).File);
        Enumerable.Range(0, 50).Select(number => Convert.ToHexString(Damage.Of(kind, 3, number).File)).Distinct().Count()
            .ShouldBeGreaterThan(40);
    }

    [Fact]
    public void Of_UnknownKind_NamesThoseThatThereAre() =>
        Should.Throw<ArgumentException>(() => MutationKind.Of("gif")).Message.ShouldContain("onnx, external, plan, preprocess");
}
