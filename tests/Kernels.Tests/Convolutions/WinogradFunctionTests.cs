using Cluster.Kernels.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Convolutions;

[Collection(ProcessSettings.Name)]
public sealed class WinogradFunctionTests
{
    /// <summary>N, C, O, H, W: whole and partial tiles, blocks and panels, one image and many.</summary>
    public static TheoryData<int, int, int, int, int> Shapes { get; } = new()
    {
        { 1, 16, 16, 1, 1 },
        { 1, 16, 32, 2, 5 },
        { 3, 32, 16, 4, 4 },
        { 2, 48, 80, 7, 9 },
        { 5, 16, 16, 32, 31 },
        { 8, 64, 64, 8, 8 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Convolve_Shapes_HasTheGradientsOfTheDirectSum(int n, int c, int o, int h, int w)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var x = randn([n, c, h, w], generator: generator);
        var weight = randn([o, c, 3, 3], generator: generator);
        var bias = randn([o], generator: generator);
        var gradient = randn([n, o, h, w], generator: generator);
        var direct = Gradients((a, b, d) => nn.functional.conv2d(a, b, d, padding: [1, 1]), x, weight, bias, gradient);

        foreach (var image in new[] { x, TensorOps.ToChannelsLast(x) })
        {
            var filtered = Gradients(WinogradFunction.Convolve, image, weight, bias, gradient);

            for (int i = 0; i < direct.Length; i++)
            {
                filtered[i].shape.ShouldBe(direct[i].shape);
                float error = filtered[i].sub(direct[i]).abs().max().item<float>();
                error.ShouldBeLessThan(1e-5f * direct[i].abs().max().item<float>(), $"{i}");
            }
        }
    }

    [Fact]
    public void Convolve_OneTensorLearns_OnlyItHasAGradient()
    {
        using var scope = NewDisposeScope();
        Tensor[] tensors = [ones(2, 16, 4, 4), ones(16, 16, 3, 3), ones(16)];
        for (int learned = 0; learned < 3; learned++)
        {
            Tensor[] copies = [.. tensors.Select(tensor => tensor.clone())];
            copies[learned].requires_grad = true;

            WinogradFunction.Convolve(copies[0], copies[1], copies[2]).sum().backward();

            copies.Select(copy => copy.grad is not null).ShouldBe(Enumerable.Range(0, 3).Select(i => i == learned));
        }
    }

    [Fact]
    public void Convolve_WithoutBias_HasTheOthersGradients()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, 16, 3, 3, requires_grad: true);
        var weight = full([32, 16, 3, 3], 2f.AsScalar(), requires_grad: true);

        WinogradFunction.Convolve(x, weight, null).sum().backward();

        // Corners are seen by four filters' elements, edges by six, the middle by nine.
        TensorFactory.ToFloats(x.grad!)[..9].ShouldBe(new float[] { 4, 6, 4, 6, 9, 6, 4, 6, 4 }.Select(count => count * 64));
        TensorFactory.ToFloats(weight.grad!)[..9].ShouldBe([4f, 6f, 4f, 6f, 9f, 6f, 4f, 6f, 4f]);
    }

    [Fact]
    public void Convolve_WithoutGradients_IsThePreparedOneToRounding()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var (x, weight) = (randn([2, 32, 9, 8], generator: generator), randn([48, 32, 3, 3], generator: generator));

        var once = WinogradFunction.Convolve(x, weight, null);
        var prepared = Winograd.Convolve(x, Winograd.Prepare(weight, null));

        once.requires_grad.ShouldBeFalse();
        once.sub(prepared).abs().max().item<float>().ShouldBeLessThan(1e-5f * prepared.abs().max().item<float>());
    }

    private static Tensor[] Gradients(
        Func<Tensor, Tensor, Tensor?, Tensor> convolve, Tensor x, Tensor weight, Tensor bias, Tensor gradient)
    {
        Tensor[] learned = [x.detach().requires_grad_(), weight.clone().requires_grad_(), bias.clone().requires_grad_()];
        var y = convolve(learned[0], learned[1], learned[2]);
        y.backward([gradient]);
        return [y.detach(), .. learned.Select(tensor => tensor.grad!)];
    }
}
