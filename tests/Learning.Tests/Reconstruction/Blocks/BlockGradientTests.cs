using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Learning.Tests.Reconstruction.Blocks;

/// <summary>Gradients of a block's loss and quantizers against Python's torch and against differences of values.</summary>
public sealed class BlockGradientTests
{
    [Theory]
    [InlineData("2.0")]
    [InlineData("2.4")]
    public void PowerLoss_ValueAndGradient_EqualPythonsTorch(string power)
    {
        const int count = 2 * 3 * 5 * 4;
        float[] x = Nets.Values(count, 31);
        float[] target = Nets.Values(count, 32);
        double[] expected = PythonReference.Run("torch", $"""
            a, t = (torch.from_numpy(v.copy()).reshape(2, 3, 5, 4) for v in np.split(x, 2))
            a.requires_grad_()
            loss = ((a - t).abs().pow({power})).sum(1).mean() # over images and positions
            loss.backward()
            print(float(loss), *[float(g) for g in a.grad.flatten()])
            """, [.. x, .. target]);
        using var scope = NewDisposeScope();
        long[] shape = [2, 3, 5, 4];
        var leaf = Nets.Leaf(x, shape);

        var loss = PowerLoss.Of(
            leaf,
            TensorFactory.FromFloats(target, shape),
            double.Parse(power, System.Globalization.CultureInfo.InvariantCulture),
            2);

        float[] gradient = TensorFactory.ToFloats(autograd.grad([loss], [leaf])[0]);
        ((double)TensorFactory.ToFloats(loss)[0]).ShouldBe(expected[0], 1e-5);
        gradient.Zip(expected[1..]).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-6);
    }

    [Fact]
    public void Activation_OfQDrop_ScalesTheStepsGradientByElementsOfTheWholeBatchAndLastCode()
    {
        // A batch of 8 in two parts, 6 numbers an image, codes 0 to 15: 1 / sqrt(48 * 15).
        float[] x = Nets.Values(24, 34, 2);
        var parameters = new QuantizationParameters(0.1f, 5, 0, 15);
        using var scope = NewDisposeScope();
        using var scaled = Hooks(scalesGradients: true);
        using var plain = Hooks(scalesGradients: false);

        double ratio = Slope(scaled) / Slope(plain);

        ratio.ShouldBe(1 / Math.Sqrt(48 * 15), 1e-6);

        BlockQuantization Hooks(bool scalesGradients)
        {
            var hooks = new BlockQuantization { ScalesGradients = scalesGradients, Part = (4, 4, 8) };
            hooks.SetScale("t", Nets.Leaf([parameters.Scale], [1]), parameters);
            return hooks;
        }

        double Slope(BlockQuantization hooks) =>
            TensorFactory.ToFloats(
                autograd.grad([hooks.Written("t")!.Apply(TensorFactory.FromFloats(x, [4, 6]), null).sum()], [hooks.Scale("t")])[0])[0];
    }
}
