using TorchSharp;
using TorchSharp.Modules;

namespace Cluster.Learning.Tests.FineTuning;

public sealed class TrainingLossTests
{
    [Fact]
    public void CrossEntropy_EqualLogits_IsTheLogarithmOfTheClasses()
    {
        using var scope = torch.NewDisposeScope();

        TrainingLoss.CrossEntropy(TensorFactory.FromFloats(new float[8], [2, 4]), TensorFactory.FromInt64([0, 3], [2])).item<float>()
            .ShouldBe(MathF.Log(4), 1e-6f);
    }

    [Fact]
    public void Distillation_SameLogits_IsZeroWithoutGradient()
    {
        using var scope = torch.NewDisposeScope();
        var logits = new Parameter(TensorFactory.FromFloats(Nets.Values(12, 1), [3, 4]));
        var teacher = TensorFactory.FromFloats(Nets.Values(12, 1), [3, 4]);

        var loss = TrainingLoss.Distillation(logits, teacher, 4);

        loss.item<float>().ShouldBe(0, 1e-6f);
        TensorFactory.ToFloats(torch.autograd.grad([loss], [logits])[0]).ShouldAllBe(value => Math.Abs(value) < 1e-6f);
    }

    [Fact]
    public void Of_LabelsAndTeacher_MatchesTorchInPython()
    {
        using var scope = torch.NewDisposeScope();
        float[] student = Nets.Values(20, 2, 3);
        float[] teacher = Nets.Values(20, 3, 3);
        double[] expected = PythonReference.Run("numpy, torch", """
            import torch, torch.nn.functional as F
            v = torch.from_numpy(x[:20]).view(4, 5).requires_grad_(); t = torch.from_numpy(x[20:]).view(4, 5)
            d = F.kl_div(F.log_softmax(v / 3, 1), F.softmax(t / 3, 1), reduction='batchmean') * 9
            loss = 0.3 * F.cross_entropy(v, torch.tensor([4, 0, 2, 2])) + 0.7 * d
            print(loss.item(), *torch.autograd.grad(loss, [v])[0].flatten().tolist())
            """, [.. student, .. teacher]);
        var logits = new Parameter(TensorFactory.FromFloats(student, [4, 5]));

        var loss = TrainingLoss.Of(logits, TensorFactory.FromInt64([4, 0, 2, 2], [4]), TensorFactory.FromFloats(teacher, [4, 5]), 0.7, 3);

        float[] found = [loss.item<float>(), .. TensorFactory.ToFloats(torch.autograd.grad([loss], [logits])[0])];
        for (int i = 0; i < found.Length; i++)
        {
            found[i].ShouldBe((float)expected[i], 1e-5f);
        }
    }
}
