using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class AtenTests
{
    [Fact]
    public void Call_TrailingArgumentsMissing_TakesSchemaDefaults()
    {
        using torch.Tensor x = TensorFactory.FromFloats([1, 2, 3], [3]);
        using torch.Tensor y = TensorFactory.FromFloats([10, 20, 30], [3]);

        // aten::add.Tensor(self, other, *, Scalar alpha=1)
        using torch.Tensor sum = Aten.Call("aten::add", "Tensor", x, y);
        using torch.Tensor weighted = Aten.Call("aten::add", "Tensor", x, y, 2);

        TensorFactory.ToFloats(sum).ShouldBe([11f, 22f, 33f]);
        TensorFactory.ToFloats(weighted).ShouldBe([21f, 42f, 63f]);
    }

    [Fact]
    public void Call_OverloadInName_IsTheSameOperator()
    {
        using torch.Tensor x = TensorFactory.FromFloats([1, 2], [2]);

        using torch.Tensor sum = Aten.Call("aten::add.Scalar", x, 0.5);

        TensorFactory.ToFloats(sum).ShouldBe([1.5f, 2.5f]);
    }

    [Fact]
    public void Call_IntegerForFloatAndNumberForTensor_AreCoerced()
    {
        using torch.Tensor x = TensorFactory.FromFloats([-2, 4], [2]);

        // float negative_slope from an integer; Tensor other from a number, which must not decide the dtype.
        using torch.Tensor leaky = Aten.Call("aten::leaky_relu", x, 1);
        using torch.Tensor product = Aten.Call("aten::mul.Tensor", x, 3.0);

        TensorFactory.ToFloats(leaky).ShouldBe([-2f, 4f]);
        product.dtype.ShouldBe(torch.ScalarType.Float32);
        TensorFactory.ToFloats(product).ShouldBe([-6f, 12f]);
    }

    [Fact]
    public void Call_OneIntegerForPairOfIntegers_IsUsedForBoth()
    {
        using torch.Tensor x = TensorFactory.FromFloats([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], [1, 1, 4, 4]);

        using torch.Tensor pooled = Aten.Call("aten::max_pool2d", x, 2);

        TensorFactory.ToFloats(pooled).ShouldBe([6f, 8f, 14f, 16f]);
    }

    [Fact]
    public void Call_NoneForOptional_LeavesItOut()
    {
        using torch.Tensor x = TensorFactory.FromFloats([-3, 0, 3], [3]);

        using torch.Tensor clamped = Aten.Call("aten::clamp", x, AtenValue.None, 1);

        TensorFactory.ToFloats(clamped).ShouldBe([-3f, 0f, 1f]);
    }

    [Fact]
    public void Call_TensorListAndManyIntegers_Work()
    {
        torch.Tensor[] parts = [.. Enumerable.Range(0, 100).Select(i => TensorFactory.FromFloats([i], [1]))];

        using torch.Tensor all = Aten.Call("aten::cat", parts, 0);

        TensorFactory.ToFloats(all).ShouldBe(Enumerable.Range(0, 100).Select(i => (float)i));
        foreach (torch.Tensor part in parts)
        {
            part.Dispose();
        }
    }

    [Fact]
    public void Call_OptionalTensorList_SelectsByIndex()
    {
        using torch.Tensor x = TensorFactory.FromFloats([1, 2, 3, 4, 5, 6], [2, 3]);
        using torch.Tensor columns = TensorFactory.FromInt64([2, 0], [2]);

        // aten::index.Tensor(self, Tensor?[] indices): x[:, columns]
        using torch.Tensor picked = Aten.Call("aten::index", "Tensor", x, new torch.Tensor?[] { null, columns });

        TensorFactory.ToFloats(picked).ShouldBe([3f, 1f, 6f, 4f]);
    }

    [Fact]
    public void Call_DeviceAndDtypeByValue_Convert()
    {
        using torch.Tensor x = TensorFactory.FromFloats([1.5f, -2.5f], [2]);

        using torch.Tensor y = Aten.Call("aten::to", "device", x, "cpu", torch.ScalarType.Int64);

        TensorFactory.ToInt64(y).ShouldBe([1L, -2L]);
    }

    [Fact]
    public void CallNumber_Comparison_ReturnsOne()
    {
        using torch.Tensor x = TensorFactory.FromFloats([1, 2], [2]);

        Aten.CallNumber("aten::equal", string.Empty, x, x).ShouldBe(1);
    }

    [Fact]
    public void Call_ShapeMismatch_ThrowsWithReason()
    {
        using torch.Tensor a = TensorFactory.FromFloats(new float[6], [2, 3]);
        using torch.Tensor b = TensorFactory.FromFloats(new float[8], [4, 2]);

        KernelException error = Should.Throw<KernelException>(() => Aten.Call("aten::matmul", a, b));

        error.Message.ShouldContain("aten::matmul");
        error.Message.ShouldContain("2x3");
    }

    [Fact]
    public void Call_UnknownOverload_NamesTheOnesThereAre()
    {
        using torch.Tensor x = TensorFactory.FromFloats([1], [1]);

        KernelException error = Should.Throw<KernelException>(() => Aten.Call("aten::add", x, x));

        error.Message.ShouldContain("'Tensor'");
    }

    [Fact]
    public void Call_WrongKindOfArgument_NamesArgumentAndSchema()
    {
        using torch.Tensor x = TensorFactory.FromFloats([1], [1]);

        KernelException error = Should.Throw<KernelException>(() => Aten.Call("aten::flatten.using_ints", x, 0.5));

        error.Message.ShouldContain("start_dim");
    }

    [Fact]
    public void Call_MissingRequiredArgument_IsNamed()
    {
        using torch.Tensor x = TensorFactory.FromFloats([1], [1]);

        Should.Throw<KernelException>(() => Aten.Call("aten::matmul", x)).Message.ShouldContain("'other' is missing");
    }

    [Fact]
    public void Call_DisposedTensor_ThrowsInsteadOfCrashing()
    {
        torch.Tensor x = TensorFactory.FromFloats([1], [1]);
        x.Dispose();

        Should.Throw<InvalidOperationException>(() => Aten.Call("aten::relu", x));
    }
}
