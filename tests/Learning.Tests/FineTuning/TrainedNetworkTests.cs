using TorchSharp;

namespace Cluster.Learning.Tests.FineTuning;

/// <summary>
/// What is trained is what is exported: the network in training against the simulation of the plan with its finished
/// numbers.
/// </summary>
public sealed class TrainedNetworkTests
{
    public static TheoryData<string> Names => [.. SmallNetworks.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_FourBits_IsTheSimulationOfItsFinishedNumbers(string name) =>
        Agree(name, _ => Decide.Integer("mse", false, 4, 4));

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_EverySecondGroup_IsTheSimulationOfItsFinishedNumbers(string name) =>
        Agree(name, group => group.Index % 2 == 0 ? Decide.Integer("max", false) : Decide.Float32);

    [Fact]
    public void Parameters_RelativeSteps_HaveARateThatIsAShareOfThem()
    {
        using var scope = torch.NewDisposeScope();
        using var net = Calibrated.Residual(16, 16);
        var start = net.AllInt8("max");

        var absolute = new TrainedNetwork(start).Parameters;
        var relative = new TrainedNetwork(start, relativeScales: true).Parameters;

        absolute.ShouldAllBe(parameter => parameter.RateFactor == 1);
        relative.Select(parameter => parameter.Name).ShouldBe(absolute.Select(parameter => parameter.Name));
        relative.Count(parameter => parameter.Name.Contains("-step/", StringComparison.Ordinal)).ShouldBeGreaterThan(4);
        foreach (var parameter in relative)
        {
            double expected = parameter.Name.Contains("-step/", StringComparison.Ordinal)
                ? 4 * TensorFactory.ToFloats(parameter.Value).Average()
                : 1;
            parameter.RateFactor.ShouldBe(expected, 1e-5 * expected);
        }
    }

    private static void Agree(string name, Func<LayerGroup, GroupDecision> choose)
    {
        using var scope = torch.NewDisposeScope();
        using var net = Calibrated.Small(name, 16, 16);
        GroupDecision[] settings = [.. net.Graph.Groups.Select(choose)];
        var trained = new TrainedNetwork(net.Resolver.Resolve(settings));
        Disturb(trained);
        using var differentiable = new ProgramBuilder(net.Graph, hasGradients: true);
        var logits = trained.Forward(differentiable.Whole(SumKind.Whole), net.Images.Tensor(0));
        float[] found = TensorFactory.ToFloats(logits.contiguous());

        float[] expected = net.Float32.Run(net.Images.Pixels(0), [16, 3, 8, 8], net.Resolver.Resolve(settings, trained.Finish()));

        // A sum in another order falls on the other side of a rounding now and then; what is left out or put elsewhere shows everywhere.
        double size = expected.Average(value => Math.Abs((double)value));
        double difference = expected.Zip(found, (x, y) => Math.Abs((double)x - y)).Average();
        difference.ShouldBeLessThan(0.01 * size);

        // Every parameter is part of the answer: a training can change it.
        var gradients = torch.autograd.grad([logits.sum()], [.. trained.Parameters.Select(parameter => (torch.Tensor)parameter.Value)]);
        gradients.Select(gradient => gradient.shape).ShouldBe(trained.Parameters.Select(parameter => parameter.Value.shape));
    }

    // Numbers that a training could come to.
    private static void Disturb(TrainedNetwork trained)
    {
        using var frozen = torch.no_grad();
        int seed = 1;
        foreach (var parameter in trained.Parameters)
        {
            var factors = TensorFactory.FromFloats(
                [.. Nets.Values((int)parameter.Value.NumberOfElements, seed++, 0.2).Select(value => 1 + value)], parameter.Value.shape);
            parameter.Value.mul_(factors);
        }

        trained.Restrain();
    }
}
