namespace Cluster.Networks.Tests.Graphs.Groups;

public sealed class GroupFinderTests
{
    [Theory]
    [InlineData(Nets.ResNet20, 20)]
    [InlineData(Nets.MobileNet, 28)]
    public void Find_RealModel_HasOneGroupAWeightedLayer(string model, int expected)
    {
        var graph = Nets.Shared(model);

        graph.Groups.Count.ShouldBe(expected);
        graph.Groups.ShouldAllBe(group => group.CanQuantize);
        graph.Groups.Select(group => group.Nodes.Count(node => node.OpType is "Conv" or "Gemm")).ShouldAllBe(count => count == 1);
    }

    [Theory]
    [MemberData(nameof(SharedModels.All), MemberType = typeof(SharedModels))]
    public void Find_RealModel_GroupsReadEarlierGroupsOnlyAndPartitionTheNodes(string model)
    {
        var graph = Nets.Shared(model);

        graph.Groups.SelectMany(group => group.Nodes).Select(node => node.Name).Order(StringComparer.Ordinal)
            .ShouldBe(graph.Graph.Nodes.Select(node => node.Name).Order(StringComparer.Ordinal));
        graph.Groups.Select(group => group.Index).ShouldBe(Enumerable.Range(0, graph.Groups.Count));
        graph.Groups.Select(group => group.Name).ShouldBeUnique();
        var computed = new HashSet<string>(StringComparer.Ordinal) { graph.Input.Name };
        foreach (var group in graph.Groups)
        {
            foreach (var node in group.Nodes)
            {
                graph.GroupOf(node).ShouldBe(group.Index);
                foreach (string input in node.Inputs.Where(input => input.Length > 0 && !graph.Graph.Initializers.ContainsKey(input)))
                {
                    computed.ShouldContain(input, $"{node.Name} of group {group.Index}");
                    graph.ProducerGroup(input).ShouldBeLessThanOrEqualTo(group.Index);
                }

                computed.Add(node.Output);
            }
        }
    }

    [Fact]
    public void Find_ResidualAdd_JoinsTheLaterProducer()
    {
        var graph = Nets.Group(Nets.Residual());

        Operators(graph).ShouldBe(["Conv Relu", "Conv Add Relu", "Conv Relu GlobalAveragePool Flatten", "Gemm"]);
        graph.Groups.Select(group => group.Name).ShouldBe(["c1", "c2", "c3", "y"]);
        graph.ProducerGroup("r2").ShouldBe(1);
        graph.ProducerGroup("x").ShouldBe(-1);
    }

    [Fact]
    public void Find_ShortcutConvAfterTheMainBranch_TakesTheAdd()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 4, 4)
            .Floats("w", [1, 1, 1, 1], 2)
            .Node("Conv", "x w", "main")
            .Node("Conv", "x w", "shortcut", GraphBuilder.Ints("dilations", [2, 2])) // not merged with the other
            .Node("Add", "main shortcut", "sum")
            .Build());

        Operators(graph).ShouldBe(["Conv", "Conv Add"]);
    }

    [Fact]
    public void Find_PoolingAndConcat_PoolingJoinsWhatItPoolsConcatBegins()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 8, 8)
            .Floats("w", [1, 1, 1, 1], 2)
            .Node("Conv", "x w", "c")
            .Node("MaxPool", "c", "p", GraphBuilder.Ints("kernel_shape", [2, 2]), GraphBuilder.Ints("strides", [2, 2]))
            .Node("Conv", "p w", "left")
            .Node("Conv", "p w", "right")
            .Node("Concat", "left right", "joined", GraphBuilder.Int("axis", 1))
            .Node("AveragePool", "joined", "y", GraphBuilder.Ints("kernel_shape", [2, 2]))
            .Build());

        Operators(graph).ShouldBe(["Conv MaxPool", "Conv", "Conv", "Concat AveragePool"]);
    }

    [Fact]
    public void Find_Attention_IsOneGroup()
    {
        var graph = SmallNetworks.All["attention"]().Build();

        var groups = Nets.Group(graph);

        Operators(groups).ShouldBe(
        [
            "Conv Relu", "Conv Reshape Transpose", "Conv Reshape", "Conv Reshape Transpose",
            "MatMul Div Softmax MatMul Transpose Reshape", "Conv Flatten",
        ]);
        groups.Groups[4].ShouldSatisfyAllConditions(
            group => group.Name.ShouldBe("p"), group => group.CanQuantize.ShouldBeTrue(), group => group.HasWeights.ShouldBeFalse());
    }

    [Fact]
    public void Find_InputProducts_AreQuantizableGroup()
    {
        ModelGraph graph = new()
        {
            Name = "products",
            Opset = 17,
            Inputs = [new("a", ElementType.Float, [-1, 2, 3]), new("b", ElementType.Float, [-1, 3, 2])],
            Outputs = [new("m", ElementType.Float, [-1, 2, 2])],
            Nodes = [new("m", "MatMul", ["a", "b"], ["m"])],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal),
        };

        Nets.Group(graph).Groups.ShouldHaveSingleItem().CanQuantize.ShouldBeTrue();
    }

    [Fact]
    public void Find_NoIntegerKernel_CannotBeQuantized()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 2, 2).Node("Sigmoid", "x", "s").Node("Tanh", "s", "y").Build());

        var group = graph.Groups.ShouldHaveSingleItem();
        group.CanQuantize.ShouldBeFalse();
        group.Name.ShouldBe("s");
    }

    [Fact]
    public void Find_NoOutput_NamesExpected() =>
        Should.Throw<KernelException>(() => GroupFinder.Find(Nets.Residual() with { Outputs = [] })).Message
            .ShouldBe("The network has 1 inputs and 0 outputs; at least one of each is expected.");

    [Fact]
    public void Find_OutputTensor_IsNotFusedWithReader()
    {
        var graph = Nets.Residual();
        var read = GroupFinder.Find(graph).Nodes.First(node => GroupFinder.Find(graph).FusedActivation(node.Output) is not null).Output;

        var two = GroupFinder.Find(graph with { Outputs = [.. graph.Outputs, new ValueInfo(read, ElementType.Float, [-1, 8, 8, 8])] });

        two.Outputs.Count.ShouldBe(2);
        two.FusedActivation(read).ShouldBeNull();
    }

    private static IEnumerable<string> Operators(GroupedGraph graph) =>
        graph.Groups.Select(group => string.Join(' ', group.Nodes.Select(node => node.OpType)));
}
