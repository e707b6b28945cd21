using Cluster.Learning.Lsq;
using TorchSharp;

namespace Cluster.Learning.Tests.Lsq;

public sealed class LsqQuantizerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0.4)]
    public void ApplyByOperators_AnyShare_IsTheSameAsInOnePass(double probability)
    {
        using var scope = torch.NewDisposeScope();
        float[] values = Nets.Values(700, 5, 4);
        var parameters = new QuantizationParameters(1, 5, 0, 15);
        var call = new LsqCall(0.5, probability, 3, 9);
        var (x, s) = (Nets.Leaf(values, [700]), Nets.Leaf([0.31f], [1]));
        var (other, otherScale) = (Nets.Leaf(values, [700]), Nets.Leaf([0.31f], [1]));
        var direction = TensorFactory.FromFloats(Nets.Values(700, 6), [700]);

        var y = LsqQuantizer.ApplyByOperators(x, s, parameters, call);
        var gradients = torch.autograd.grad([y], [x, s], [direction]);

        var expected = LearnedScale.Apply(other, otherScale, parameters, call);
        var expectedGradients = torch.autograd.grad([expected], [other, otherScale], [direction]);
        TensorFactory.ToFloats(y).ShouldBe(TensorFactory.ToFloats(expected), 1e-6);
        TensorFactory.ToFloats(gradients[0]).ShouldBe(TensorFactory.ToFloats(expectedGradients[0]), 1e-6);
        TensorFactory.ToFloats(gradients[1])[0].ShouldBe(TensorFactory.ToFloats(expectedGradients[1])[0], 1e-4f);
    }

    [Fact]
    public void ApplyPerChannel_TwoChannels_IsEachChannelAlone()
    {
        using var scope = torch.NewDisposeScope();
        float[] values = Nets.Values(2 * 9, 4);
        float[] steps = [0.2f, 0.05f];
        var w = Nets.Leaf(values, [2, 1, 3, 3]);
        var s = Nets.Leaf(steps, [2, 1, 1, 1]);

        var y = LsqQuantizer.ApplyPerChannel(
            w, s, TensorFactory.FromFloats([-8, -3], [2, 1, 1, 1]), TensorFactory.FromFloats([7, 12], [2, 1, 1, 1]), 0.5);
        var gradients = torch.autograd.grad([(y * y).sum()], [w, s]);

        for (int channel = 0; channel < 2; channel++)
        {
            var wc = Nets.Leaf(values[(channel * 9)..((channel + 1) * 9)], [9]);
            var sc = Nets.Leaf([steps[channel]], [1]);
            var range = channel == 0 ? new QuantizationParameters(1, 0, -8, 7) : new QuantizationParameters(1, 0, -3, 12);
            var yc = LearnedScale.Apply(wc, sc, range, LsqCall.Plain with { GradientScale = 0.5 });
            var alone = torch.autograd.grad([(yc * yc).sum()], [wc, sc]);
            TensorFactory.ToFloats(y).AsSpan(channel * 9, 9).ToArray().ShouldBe(TensorFactory.ToFloats(yc), 1e-6);
            TensorFactory.ToFloats(gradients[0]).AsSpan(channel * 9, 9).ToArray().ShouldBe(TensorFactory.ToFloats(alone[0]), 1e-5);
            TensorFactory.ToFloats(gradients[1])[channel].ShouldBe(TensorFactory.ToFloats(alone[1])[0], 1e-5f);
        }
    }

    [Fact]
    public void Round_Bias_LiesOnTheGridWithGradientOne()
    {
        using var scope = torch.NewDisposeScope();
        var b = Nets.Leaf([0.26f, -1.1f], [2]);

        var y = LsqQuantizer.Round(b, TensorFactory.FromFloats([0.1f, 0.5f], [2]));

        TensorFactory.ToFloats(y).ShouldBe([0.3f, -1f], 1e-6);
        TensorFactory.ToFloats(torch.autograd.grad([y.sum()], [b])[0]).ShouldBe([1f, 1f]);
    }
}
