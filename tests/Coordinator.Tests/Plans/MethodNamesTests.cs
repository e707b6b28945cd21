namespace Cluster.Coordinator.Tests.Plans;

public sealed class MethodNamesTests
{
    [Theory]
    [InlineData("Entropy", "kl")]
    [InlineData("KL", "kl")]
    [InlineData("MinMax", "max")]
    [InlineData("MaxMin", "max")]
    [InlineData("abs_max", "max")]
    [InlineData("avg", "average")]
    [InlineData("hist:0.999", "histogram:0.999")]
    [InlineData("Percentile:99.9", "percentile:99.9")]
    [InlineData("moving_average_abs_max", "moving-average-abs-max")]
    [InlineData("MovingAverageMinMaxObserver", "moving-average")]
    [InlineData("HistogramObserver", "histogram-observer")]
    [InlineData("IInt8EntropyCalibrator2", "kl")]
    [InlineData("Entropy:Symmetric", "kl:symmetric")]
    [InlineData("percentile:99.9:asymmetric", "percentile:99.9")]
    [InlineData("frobnicate", "frobnicate")]
    public void Calibrator_NameOfATool_IsTheNameHere(string given, string here) => MethodNames.Calibrator(given).ShouldBe(here);

    [Theory]
    [InlineData("dynamic", "int8-dynamic")]
    [InlineData("Static", "int8")]
    [InlineData("FP16", "float16")]
    [InlineData("weight-only", "int8-weights")]
    [InlineData("per_tensor", "int8-tensor")]
    [InlineData("channel_wise_abs_max", "int8")]
    public void TryParse_NameOfAFormat_IsTheFormat(string given, string here) =>
        GroupFormat.TryParse(given)!.Text.ShouldBe(here);

    // PyTorch's classes, Paddle's, and the words of Vitis AI's text.
    [Theory]
    [InlineData("StepLR", "step")]
    [InlineData("MultiStepLR", "step")]
    [InlineData("PiecewiseDecay", "step")]
    [InlineData("ExponentialLR", "exponential")]
    [InlineData("ExponentialDecay", "exponential")]
    [InlineData("CosineAnnealingLR", "cosine")]
    [InlineData("CosineAnnealingDecay", "cosine")]
    [InlineData("cosine_annealing", "cosine")]
    [InlineData("Constant", "constant")]
    public void Here_ScheduleOfATool_IsTheNameHere(string given, string here) =>
        MethodNames.Here(given, MethodNames.Schedules).ShouldBe(here);

    [Fact]
    public void Names_OfChoices_AreOfThoseThatThereAre()
    {
        MethodNames.Schedules.Values.ShouldBeSubsetOf(Words<ScheduleKind>());
        MethodNames.Optimizers.Values.ShouldBeSubsetOf(Words<OptimizerKind>());
        MethodNames.Roundings.Values.ShouldBeSubsetOf(Words<RepairMethod>());

        static IEnumerable<string> Words<T>()
            where T : struct, Enum => Enum.GetValues<T>().Select(value => JobLimit.WordOf(value)!);
    }

    [Fact]
    public void Validate_OneCalibratorByTwoNames_IsRefused() =>
        new JobOptions { Methods = ["kl", "Entropy"] }.Fault()!.ShouldContain("each once, not \"kl,Entropy\"");

    [Theory]
    [InlineData("kl", "kl", "kl")]
    [InlineData("kl", "Entropy", "kl (Entropy)")]
    public void Both_GivenName_FollowsWhereItIsAnother(string here, string given, string both) =>
        MethodNames.Both(here, given).ShouldBe(both);

    // Equal plans, and so equal items of a cache, by whichever name; only the result says what was given.
    [Fact]
    public async Task Run_NamesOfOtherTools_GivesThePlansOfTheNamesHere()
    {
        var here = Networks.Sensitive.Choosing(options => options with { Methods = ["max", "kl", "mse"] });
        var others = Networks.Sensitive.Choosing(options => options with { Methods = ["MinMax", "Entropy", "mse"] });

        var outcome = await Jobs.RunAsync(others);

        outcome.Winner.Plan.ShouldBe((await Jobs.RunAsync(here)).Winner.Plan);
        var job = Sample.Result(outcome.Result).Job;
        job.Methods.ShouldBe(["max", "kl", "mse"]);
        job.GivenNames.ShouldNotBeNull().ShouldBe(
            new Dictionary<string, string> { ["MinMax"] = "max", ["Entropy"] = "kl" }, ignoreOrder: true);
    }
}
