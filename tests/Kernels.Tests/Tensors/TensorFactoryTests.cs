using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class TensorFactoryTests
{
    [Fact]
    public void ToFloats_ChannelsLast_IsRowMajor()
    {
        float[] values = [.. Enumerable.Range(0, 2 * 3 * 4 * 5).Select(i => (float)i)];
        using DisposeScope scope = torch.NewDisposeScope();

        torch.Tensor last = TensorOps.ToChannelsLast(TensorFactory.FromFloats(values, [2, 3, 4, 5]));

        last.stride().ShouldBe([60L, 1, 15, 3]);
        TensorFactory.ToFloats(last).ShouldBe(values);
    }

    [Theory]
    [InlineData(ElementType.Float)]
    [InlineData(ElementType.Double)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Int64)]
    [InlineData(ElementType.Bool)]
    [InlineData(ElementType.UInt16)]
    public void FromTensorData_EveryElementType_KeepsShapeAndValues(ElementType type)
    {
        byte[] bytes = new byte[4 * TensorData.ElementSize(type)];
        bytes[0] = (byte)(type is ElementType.Float or ElementType.Double or ElementType.Float16 ? 0 : 1);

        using torch.Tensor tensor = TensorFactory.FromTensorData(new TensorData(type, [2, 2], bytes));
        using torch.Tensor numbers = tensor.to(torch.ScalarType.Float32);

        tensor.shape.ShouldBe([2L, 2L]);
        TensorFactory.ToFloats(numbers).ShouldBe([bytes[0], 0f, 0f, 0f]);
    }

    [Fact]
    public void FromTensorData_Scalar_HasNoDimensions()
    {
        using torch.Tensor tensor = TensorFactory.FromTensorData(TensorData.FromFloats([], [2.5f]));

        tensor.shape.ShouldBeEmpty();
        TensorFactory.ToFloats(tensor).ShouldBe([2.5f]);
    }

    [Fact]
    public void CopyTo_WrongTypeOrLength_IsRefused()
    {
        using torch.Tensor integers = TensorFactory.FromInt64([1, 2], [2]);
        using torch.Tensor floats = TensorFactory.FromFloats([1, 2], [2]);

        Should.Throw<KernelException>(() => TensorFactory.ToFloats(integers));
        Should.Throw<KernelException>(() => TensorFactory.CopyTo(floats, new float[3]));
        Should.Throw<KernelException>(() => TensorFactory.FromFloats([1, 2, 3], [2]));
    }
}
