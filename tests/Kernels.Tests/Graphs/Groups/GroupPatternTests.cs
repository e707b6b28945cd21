using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Tests.Execution;

namespace Cluster.Kernels.Tests.Graphs.Groups;

public sealed class GroupPatternTests
{
    [Fact]
    public void Of_ResNet20_BlocksOfAllWidthsAreAlike()
    {
        // A stem, three stages of three blocks, a classifier (G). Of a block the first layer (B) has a ReLU, the second (C) takes the sum.
        // The last layer of a stage (D) has the shortcut to the next one's width, too, which begins with strides (E); the very last one
        // is averaged over the image (F).
        Letters(Nets.Shared(Nets.ResNet20)).ShouldBe("A" + "BCBCBD" + "ECBCBD" + "ECBCBF" + "G");
    }

    [Fact]
    public void Of_OtherWidthOrDepthwise_IsTheSamePattern()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 4, 8, 8)
            .Floats("narrow", [4, 4, 3, 3], new float[144])
            .Floats("wide", [8, 4, 3, 3], new float[288])
            .Floats("square", [8, 8, 3, 3], new float[576])
            .Floats("deep", [8, 1, 3, 3], new float[72])
            .Floats("deep2", [8, 1, 3, 3], new float[72])
            .Node("Conv", "x narrow", "a", Pads)
            .Node("Conv", "a wide", "b", Pads)
            .Node("Conv", "b square", "c", Pads)
            .Node("Conv", "c deep", "d", Pads, GraphBuilder.Int("group", 8))
            .Node("Conv", "d deep2", "e", Pads, GraphBuilder.Int("group", 8))
            .Node("Conv", "e square", "f", Pads, GraphBuilder.Ints("strides", [2, 2]))
            .Build());

        Letters(graph).ShouldBe("ABACCD");
    }

    private static (string Name, AttributeValue Value) Pads => GraphBuilder.Ints("pads", [1, 1, 1, 1]);

    // A letter for each pattern, in the order in which they come.
    private static string Letters(GroupedGraph graph)
    {
        var seen = new List<string>();
        return string.Concat(graph.Groups.Select(group =>
        {
            string pattern = GroupPattern.Of(graph.Graph, group);
            pattern.Length.ShouldBe(16);
            if (!seen.Contains(pattern))
            {
                seen.Add(pattern);
            }

            return (char)('A' + seen.IndexOf(pattern));
        }));
    }
}
