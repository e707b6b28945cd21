using System.Runtime.InteropServices;
using TorchSharp;

namespace Cluster.TorchSharpTests;

public sealed class TensorTests
{
    [Fact]
    public void Factories_Shapes_HaveSizesStridesAndType()
    {
        using torch.Tensor zeros = torch.zeros([2, 3]);

        (zeros.NumberOfElements, zeros.dtype, zeros.device_type).ShouldBe((6, torch.ScalarType.Float32, DeviceType.CPU));
        zeros.shape.ShouldBe([2L, 3]);
        zeros.stride().ShouldBe([3L, 1]);
    }

    [Fact]
    public void Factories_Values_AreWhatTheirNamesSay()
    {
        using DisposeScope scope = torch.NewDisposeScope();

        Values.Of(torch.zeros([2])).ShouldBe([0f, 0]);
        Values.Of(torch.ones([2])).ShouldBe([1f, 1]);
        Values.Of(torch.zeros_like(torch.ones([2]))).ShouldBe([0f, 0]);
        Values.Of(torch.tensor([3f, -4])).ShouldBe([3f, -4]);
    }

    [Fact]
    public void Item_MoreThanOneElement_IsRefused()
    {
        using torch.Tensor pair = torch.ones([2]);

        Should.Throw<ArgumentException>(() => pair.item<float>());
    }

    [Fact]
    public void Handle_DisposedTensor_IsRefused()
    {
        torch.Tensor tensor = torch.ones([1]);
        tensor.Dispose();

        Should.Throw<InvalidOperationException>(() => tensor.Handle);
    }

    [Fact]
    public void Multiply_ShapesThatDoNotMatch_ThrowsLibtorchsWords()
    {
        using DisposeScope scope = torch.NewDisposeScope();

        Should.Throw<ExternalException>(() => torch.ones([2]) * torch.ones([3])).Message.ShouldContain("must match the size");
    }

    [Fact]
    public void CrossEntropy_EqualLogits_IsTheLogarithmOfTheClasses()
    {
        using DisposeScope scope = torch.NewDisposeScope();

        // Targets of the same shape as the logits are class probabilities.
        torch.Tensor loss = torch.nn.functional.cross_entropy(
            torch.zeros([1, 4]), torch.ones([1, 4]) * torch.tensor([0.25f, 0.25f, 0.25f, 0.25f]));

        loss.item<float>().ShouldBe(MathF.Log(4), 1e-6f);
    }
}
