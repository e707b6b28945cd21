using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class AutogradTests
{
    [Fact]
    public void Gradients_ConvolutionSigmoidMean_MatchesFiniteDifferences()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        float[] weights = [.. Enumerable.Range(0, 2 * 1 * 3 * 3).Select(i => MathF.Sin((i * 1.7f) + 0.3f))];
        torch.Tensor x = TensorFactory.FromFloats([.. Enumerable.Range(0, 36).Select(i => MathF.Cos(i * 0.9f))], [1, 1, 6, 6]);
        torch.Tensor w = TensorFactory.FromFloats(weights, [2, 1, 3, 3]).requires_grad_();

        float[] gradient = TensorFactory.ToFloats(autograd.grad([Loss(x, w)], [w])[0]);

        for (int i = 0; i < weights.Length; i++)
        {
            const float step = 1e-2f;
            gradient[i].ShouldBe((float)((Value(+step) - Value(-step)) / (2 * step)), 2e-3f);

            double Value(float change)
            {
                float[] moved = [.. weights];
                moved[i] += change;
                return TensorFactory.ToFloats(Loss(x, TensorFactory.FromFloats(moved, [2, 1, 3, 3])))[0];
            }
        }
    }

    [Fact]
    public void Gradients_OfTwoOutputs_AreThoseOfTheirSum()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = TensorFactory.FromFloats([1, -2, 3], [3]).requires_grad_();
        torch.Tensor y = TensorFactory.FromFloats([5], [1]).requires_grad_();

        torch.Tensor[] gradients = autograd.grad([(x * x).sum(), (x * y).sum()], [x, y]);

        TensorFactory.ToFloats(gradients[0]).ShouldBe([7f, 1f, 11f]);
        TensorFactory.ToFloats(gradients[1]).ShouldBe([2f]);
    }

    [Fact]
    public void Gradients_InputThatWasNotUsed_IsRefused()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = TensorFactory.FromFloats([1], [1]).requires_grad_();
        torch.Tensor unused = TensorFactory.FromFloats([1], [1]).requires_grad_();

        Should.Throw<KernelException>(() => autograd.grad([(x * x).sum()], [x, unused])).Message.ShouldContain("not have been used");
    }

    private static torch.Tensor Loss(torch.Tensor x, torch.Tensor w)
    {
        torch.Tensor y = TensorOps.Convolve(x, w, null, [1, 1], [1, 1], [1, 1], 1);
        torch.Tensor z = y.sigmoid();
        return z.mul(z).mean();
    }
}
