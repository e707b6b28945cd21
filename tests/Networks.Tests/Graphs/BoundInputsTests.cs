namespace Cluster.Networks.Tests.Graphs;

public sealed class BoundInputsTests
{
    [Theory]
    [InlineData(ElementType.Int64, "16000", "803E000000000000")]
    [InlineData(ElementType.Int32, "-2", "FEFFFFFF")]
    [InlineData(ElementType.Float, "0.5", "0000003F")]
    [InlineData(ElementType.Double, "1e3", "0000000000408F40")]
    [InlineData(ElementType.Float16, "1", "003C")]
    [InlineData(ElementType.UInt8, "255", "FF")]
    [InlineData(ElementType.Bool, "true", "01")]
    public void Apply_Scalar_IsAConstantInsteadOfAnInput(ElementType type, string text, string bytes)
    {
        var bound = BoundInputs.Apply(Graph(type, []), [$"sr={text}"]);

        bound.Inputs.ShouldHaveSingleItem().Name.ShouldBe("x");
        Convert.ToHexString(bound.Initializers["sr"].Bytes.Span).ShouldBe(bytes);
        bound.Initializers["sr"].Shape.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("0.5", new long[] { 1, 3 }, new[] { 0.5f, 0.5f, 0.5f })]
    [InlineData("1,2,3", new long[] { 1, 3 }, new[] { 1f, 2f, 3f })]
    [InlineData("1, 2,3, 4,5,6", new long[] { 2, 3 }, new[] { 1f, 2f, 3f, 4f, 5f, 6f })]
    public void Apply_SeveralElements_AreOfTheInputsShape(string text, long[] shape, float[] values)
    {
        var bound = BoundInputs.Apply(Graph(ElementType.Float, [-1, 3]), [$"sr={text}"]).Initializers["sr"];

        bound.Shape.ShouldBe(shape);
        bound.As<float>().ToArray().ShouldBe(values);
    }

    [Theory]
    [InlineData("rate=1", "does not have; it has 'x', 'sr'")]
    [InlineData("sr=1.5", "'sr' is int64 [2]; give a number of this type")]
    [InlineData("sr=1,2,3", "has 3 numbers, and 'sr' is int64 [2]")]
    [InlineData("sr=", "the value ''")]
    public void Apply_InvalidInputValue_NamesExpectedForm(string setting, string expected) =>
        Should.Throw<KernelException>(() => BoundInputs.Apply(Graph(ElementType.Int64, [2]), [setting])).Message.ShouldContain(expected);

    private static ModelGraph Graph(ElementType type, long[] shape) => new()
    {
        Name = "g",
        Opset = 21,
        Inputs = [new ValueInfo("x", ElementType.Float, [-1, 4]), new ValueInfo("sr", type, shape)],
        Outputs = [new ValueInfo("x", ElementType.Float, [-1, 4])],
        Nodes = [],
        Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal),
    };
}
