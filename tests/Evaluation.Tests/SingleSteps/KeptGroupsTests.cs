using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Terminal;
using Cluster.Terminal.Options;

namespace Cluster.Evaluation.Tests.SingleSteps;

public class KeptGroupsTests
{
    private static readonly LayerGroup[] Groups = [.. new[] { "stem", "block1/conv", "block1/pool", "block2/conv", "head" }.Select(
        (name, index) => new LayerGroup(index, name, [], name != "block1/pool", true))];
    private static readonly Plan All = Plan.Uniform(
        GroupFormat.Int8,
        "onnxruntime-cpu", Groups.Where(group => group.CanQuantize).Select(group => group.Name), "mse", biasCorrection: true);

    [Theory]
    [InlineData("stem", "stem")]
    [InlineData("0", "stem")]
    [InlineData("3,head", "block2/conv head")]
    [InlineData("block*", "block1/conv block2/conv")]
    [InlineData("block?/conv", "block1/conv block2/conv")]
    [InlineData("block1/pool", "")]
    public void Apply_NamesPatternsAndIndexes_AreFloat32(string option, string expected)
    {
        var plan = KeptGroups.Apply(All, JobOptionSymbols.Split(option), Groups, "net.onnx");

        plan.Groups.Where(decision => decision.Format.IsBaseline).Select(decision => decision.Group)
            .ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Apply_None_IsTheSamePlan() => KeptGroups.Apply(All, [], Groups, "net.onnx").ShouldBeSameAs(All);

    [Theory]
    [InlineData("5")]
    [InlineData("Stem")]
    [InlineData("x*")]
    public void Apply_NoSuchGroup_SaysWhereNamesStand(string option) =>
        Should.Throw<UsageException>(() => KeptGroups.Apply(All, [option], Groups, "net.onnx")).Message
            .ShouldBe(
                $"--keep-fp32 names '{option}', which is not one of the 5 groups of net.onnx; give names or indexes (0 to 4) as "
                + "./cluster inspect net.onnx prints them.");
}
