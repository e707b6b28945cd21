using static Cluster.Tests.GraphBuilder;

namespace Cluster.Export.Tests;

public sealed class RaisedOpsetTests
{
    // GroupNormalization has one scale a group before opset 21, and one a channel from it on; int4 needs opset 21.
    [Theory]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(20)]
    public void Export_Int4WithOpset21Changes_ComputesSame(int opset)
    {
        var build = new GraphBuilder(opset, -1, 3, 8, 8).Floats("w", [4, 3, 3, 3], Nets.Values(108, 1, 0.05))
            .Floats("v", [4, 4, 3, 3], Nets.Values(144, 2, 0.2)).Ints("axes", 2, 3).Floats("s", [2], 0.7f, -1.2f)
                .Floats("t", [2], 0.1f, 0.4f)
            .Node("Conv", "x w", "c", Nets.Same);
        var graph = (opset < 18
            ? build.Node("Conv", "c v", "d", Nets.Same).Node("ReduceMax", "d", "y", Ints("axes", [2, 3]), Int("keepdims", 0))
            : build.Node("GroupNormalization", "c s t", "n", Int("num_groups", 2)).Node("Conv", "n v", "d", Nets.Same)
                .Node("ReduceMax", "d axes", "y", Int("keepdims", 0))).Build();
        using var net = new Calibrated(Nets.Group(graph), Nets.Noise(8, 3, 8, 8, 4));
        var network = net.Resolve(_ => Decide.Integer("max", false, 4, 8));

        var file = QdqExporter.Export(network);

        file.Opset.ShouldBe(21);
        Nets.Distance(InRuntime.Run(file, net.Images.Inputs(0)), net.Float32.Run(net.Images.Pixels(0), [4, 3, 8, 8], network))
            .ShouldBeLessThan(0.02f);
    }
}
