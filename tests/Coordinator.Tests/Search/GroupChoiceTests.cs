namespace Cluster.Coordinator.Tests.Search;

public sealed class GroupChoiceTests
{
    private static readonly SearchSpace Space = new(
        "m",
        [.. new[] { "conv1", "layer1/conv", "layer1/Conv", "layer10/conv", "fc" }
            .Select(name => new GroupInfo(name, ["Conv"], 1, 1, name))],
        []);

    [Theory]
    [InlineData("conv1", new[] { 0 })]
    [InlineData("layer1/*", new[] { 1, 2 })]
    [InlineData("layer*conv", new[] { 1, 3 })]
    [InlineData("*", new[] { 0, 1, 2, 3, 4 })]
    [InlineData("?c", new[] { 4 })]
    [InlineData("*c*n*v*", new[] { 0, 1, 3 })]
    [InlineData("fc**", new[] { 4 })]
    [InlineData("FC", new int[0])]
    [InlineData("fc?", new int[0])]
    [InlineData("", new int[0])]
    public void Kept_OfAPattern_IsEveryNameThatFitsAsAWhole(string pattern, int[] expected) =>
        new GroupChoice(new JobOptions { KeepFloat32 = [pattern] }, Space).Kept.ShouldBe(expected);

    [Fact]
    public void KeptBy_BothOptions_IsTheOneThatKeepsTheGroup()
    {
        var choice = new GroupChoice(new JobOptions { Only = ["layer*", "fc"], KeepFloat32 = ["layer10/*"] }, Space);

        Enumerable.Range(0, 5).Select(choice.KeptBy).ShouldBe(["--only", null, null, "--keep-fp32", null]);
        choice.Kept.ShouldBe([0, 3]);
    }

    [Fact]
    public void Check_UnmatchedPattern_ListsNearNames()
    {
        Should.Throw<JobException>(() => GroupChoice.Check(new JobOptions { KeepFloat32 = ["fc", "layer2/con"] }, Space)).Message.ShouldBe(
            "--keep-fp32 has \"layer2/con\", which names none of the 5 groups that can be quantized: near are layer1/conv, layer1/Conv, "
            + "layer10/conv; give names as ./cluster inspect prints them, or patterns with * and ?.");
        Should.Throw<JobException>(() => GroupChoice.Check(new JobOptions { Only = ["cnv*"] }, Space))
            .Message.ShouldStartWith("--only has \"cnv*\", which names none of the 5 groups that can be quantized: near are conv1, ");
    }

    [Fact]
    public void Check_NothingIsLeft_IsRefused() =>
        Should.Throw<JobException>(() => GroupChoice.Check(new JobOptions { Only = ["fc"], KeepFloat32 = ["f*"] }, Space))
            .Message.ShouldStartWith("--keep-fp32 and --only leave none of the 5 groups to quantize");
}
