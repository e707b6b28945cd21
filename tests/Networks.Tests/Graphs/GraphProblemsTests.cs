using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs;

public sealed class GraphProblemsTests
{
    [Fact]
    public void Of_WeightThatIsNaN_NamesTheConstant() => Of(float.NaN, 1).ShouldBe(
        "The constant 'w', which node 'y' (MatMul) reads, holds NaN; expected numbers: export the network again from sound weights.");

    [Fact]
    public void Of_WeightThatIsInfinite_NamesTheConstant() =>
        Of(1, float.NegativeInfinity).ShouldContain("'w', which node 'y' (MatMul) reads, holds infinity");

    [Fact]
    public void Of_MaskOfInfinity_IsUsual() => GraphProblems.Of(new GraphBuilder(13, -1, 2).Floats("m", [2], 0, float.NegativeInfinity)
        .Node("Add", "x m", "y").Build()).ShouldBeEmpty();

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(14)]
    [InlineData(15)]
    public void Of_NormalizationWithTheOutputsOfTraining_IsRefused(int opset)
    {
        // More than any opset has, so that ONNX Runtime, too, would refuse the file by an error.
        var graph = new GraphBuilder(opset, -1, 2).Floats("s", [2], 1, 1)
            .Nodes("BatchNormalization", "x s s s s", ["b", "1", "2", "3", "4", "5"])
            .Node("Relu", "b", "y").Build();

        GraphProblems.Of(graph).ShouldHaveSingleItem()
            .ShouldContain("(BatchNormalization) states 6 outputs, as for training; one is expected: export the network for inference.");
    }

    [Fact]
    public void Of_DropoutInTraining_IsRefusedInTheWordsOfTraining() => GraphProblems.Of(
        new GraphBuilder(13, -1, 2).Floats("half", [], 0.5f).Constant("on", new TensorData(ElementType.Bool, [], new byte[] { 1 }))
            .Node("Dropout", "x half on", "y").Build())
        .ShouldHaveSingleItem().ShouldContain("(Dropout) is in training mode; export the network for inference.");

    [Fact]
    public void Normalize_OperandsOfTwoTypes_IsRefused() => Should.Throw<KernelException>(() => GraphNormalizer.Normalize(
        new GraphBuilder(13, -1, 2).Ints("one", 1).Node("Add", "x one", "y").Build())).Message
        .ShouldStartWith("Node 'y' (Add) reads [-1,2] and [1], which ONNX Runtime refuses: ");

    private static string Of(params float[] weights) =>
        GraphProblems.Of(new GraphBuilder(13, -1, 2).Floats("w", [2, 1], weights).Node("MatMul", "x w", "y").Build())
            .ShouldHaveSingleItem();
}
