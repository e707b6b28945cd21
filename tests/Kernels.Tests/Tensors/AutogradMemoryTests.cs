using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

/// <summary>Alone, as they look at the memory of the whole process: a native handle that is lost shows in no count of tensors.</summary>
[Collection(ProcessSettings.Name)]
public sealed class AutogradMemoryTests
{
    private const int Rounds = 400;
    private const int Elements = 1 << 18; // 1 MB

    [Fact]
    public void Record_DisposedLeaves_GiveTheirMemoryBack()
    {
        ResidentMemory.SkipUnlessReadable();
        float[] values = new float[Elements];
        Make();
        long before = ResidentMemory.Read();

        for (int i = 0; i < Rounds; i++)
        {
            Make();
        }

        (ResidentMemory.Read() - before).ShouldBeLessThan(Rounds / 10 * ResidentMemory.Megabyte);

        void Make()
        {
            using var leaf = TensorFactory.FromFloats(values, [Elements]).requires_grad_();
            leaf.requires_grad.ShouldBeTrue();
        }
    }

    [Fact]
    public void Gradients_DisposedGraphs_GiveTheirMemoryBack()
    {
        ResidentMemory.SkipUnlessReadable();
        using var leaf = TensorFactory.FromFloats([.. Enumerable.Repeat(2f, Elements)], [Elements]).requires_grad_();
        Make();
        long before = ResidentMemory.Read();

        for (int i = 0; i < Rounds; i++)
        {
            Make();
        }

        (ResidentMemory.Read() - before).ShouldBeLessThan(Rounds / 10 * ResidentMemory.Megabyte);

        void Make()
        {
            using var scope = torch.NewDisposeScope();
            var gradients = autograd.grad([leaf.exp().sum()], [leaf]);
            TensorFactory.ToFloats(gradients.ShouldHaveSingleItem())[^1].ShouldBe(MathF.Exp(2), 1e-5f);
        }
    }
}
