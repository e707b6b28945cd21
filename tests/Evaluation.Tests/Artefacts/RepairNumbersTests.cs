namespace Cluster.Evaluation.Tests.Artefacts;

public sealed class RepairNumbersTests
{
    private static readonly string Digest = new('a', 64);
    private static readonly string Other = new('b', 64);

    [Fact]
    public void Of_PlanThatNamesOneGroup_HasTheNumbersOfThatGroupAlone()
    {
        using var sample = Sample.Small();
        var numbers = new RepairNumbers(sample.Network.Grouped);
        var plan = Repaired(sample, 0, Digest);

        numbers.Missing([plan, plan]).ShouldBe([Digest]);
        numbers.Of(plan).ShouldBeNull("nothing is known yet");
        numbers.Add(Digest, Learned(sample));

        numbers.Missing([plan]).ShouldBeEmpty();
        numbers.Of(plan)!.Weights.Keys.ShouldBe(Weighted(sample, 0));
        numbers.Of(Repaired(sample, 1, Digest))!.Weights.Keys.ShouldBe(Weighted(sample, 1));
        numbers.Of(sample.Int8()).ShouldBeNull();
    }

    [Fact]
    public void Of_PlanWithOneNameThatIsNotKnown_IsNull()
    {
        using var sample = Sample.Small();
        var numbers = new RepairNumbers(sample.Network.Grouped);
        numbers.Add(Digest, Learned(sample));
        var plan = Repaired(sample, 0, Digest);
        plan = plan.With([1], group => plan.Groups[1] with { Rounding = GroupDecision.Repaired("adaround", Other) });

        numbers.Of(plan).ShouldBeNull();
        numbers.Missing([plan]).ShouldBe([Other]);
    }

    [Fact]
    public void Under_NumbersLearnedLater_ReplaceThoseOfTheirNodes()
    {
        using var sample = Sample.Small();
        var numbers = new RepairNumbers(sample.Network.Grouped);
        numbers.Add(Digest, Learned(sample));
        string node = Weighted(sample, 1).Single();
        var later = new LearnedWeights([7], [1]);

        var under = numbers.Under(
            Repaired(sample, 0, Digest), new LearnedParameters { Weights = new Dictionary<string, LearnedWeights> { [node] = later } });

        under.Weights.Keys.ShouldBe([.. Weighted(sample, 0), node], ignoreOrder: true);
        under.Weights[node].ShouldBe(later);
    }

    [Theory]
    [InlineData("adaround:../../etc/passwd")]
    [InlineData("adaround:")]
    [InlineData("adaround:ABCDEF")]
    [InlineData("other")]
    public void Build_InvalidRounding_IsRefused(string rounding)
    {
        using var sample = Sample.Small();
        var plan = sample.Int8();
        plan = plan.With([0], _ => plan.Groups[0] with { Rounding = rounding });

        Should.Throw<InvalidPlanException>(() => sample.Builder.Build(plan, CancellationToken.None)).Message.ShouldContain(rounding);
    }

    [Fact]
    public void Build_MissingNumbers_AreFetched()
    {
        using var sample = Sample.Small();

        Should.Throw<JobException>(() => sample.Builder.Build(Repaired(sample, 0, Digest), CancellationToken.None))
            .Message.ShouldContain("are not at hand");
    }

    private static Plan Repaired(Sample sample, int group, string digest)
    {
        var plan = sample.Int8();
        return plan.With([group], _ => plan.Groups[group] with { Rounding = GroupDecision.Repaired("adaround", digest) });
    }

    private static IEnumerable<string> Weighted(Sample sample, int group) =>
        sample.Translator.Decided[group].Nodes.Where(node => node.OpType is "Conv" or "Gemm").Select(node => node.Name);

    private static LearnedParameters Learned(Sample sample) => new()
    {
        Weights = sample.Translator.Decided.SelectMany(group => group.Nodes)
            .Where(node => node.OpType is "Conv" or "Gemm")
            .ToDictionary(node => node.Name, _ => new LearnedWeights([1], [1])),
    };
}
