using TorchSharp;

namespace Cluster.TorchSharpTests;

public sealed class AutogradTests
{
    [Fact]
    public void Grad_TwoInputs_GivesAGradientForEach()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = Leaf(1, -2, 3);
        torch.Tensor y = Leaf(4, 5, 6);

        IList<torch.Tensor> gradients = torch.autograd.grad([(x * x * y).sum()], [x, y]);

        Values.Of(gradients[0]).ShouldBe([8f, -20f, 36f]);
        Values.Of(gradients[1]).ShouldBe([1f, 4f, 9f]);
    }

    [Fact]
    public void Grad_FactorsOfTheOutputs_WeighTheirGradients()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = Leaf(1, -2, 3);

        IList<torch.Tensor> gradients = torch.autograd.grad([x * x], [x], [torch.tensor([1f, 10, 100])]);

        Values.Of(gradients[0]).ShouldBe([2f, -40f, 600f]);
    }

    [Fact]
    public void NoGrad_InsideScope_RecordsNothing()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = Leaf(1, 2);

        using (torch.no_grad())
        {
            x.exp().requires_grad.ShouldBeFalse();
        }

        x.exp().requires_grad.ShouldBeTrue();
    }

    [Fact]
    public void Exp_Gradient_IsItself()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = Leaf(0, 1);

        torch.Tensor gradient = torch.autograd.grad([x.exp().sum()], [x])[0];

        Values.Of(gradient).ShouldBe([1f, MathF.E], 1e-6f);
    }

    private static torch.Tensor Leaf(params float[] values)
    {
        torch.Tensor leaf = torch.tensor(values);
        leaf.requires_grad = true;
        return leaf;
    }
}
