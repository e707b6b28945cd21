namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Rewrites the MatMul of activations by a constant matrix as Gemm, which can take a bias. Other than two axes are flattened to rows before
/// and restored after, which moves no data. Then a following Add becomes the bias, if it is one, and a Relu is applied before the
/// restoring, so that it can be merged into the range of its producer.
/// </summary>
internal static class MatMulToGemm
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(node => node.OpType == "MatMul"))
        {
            return graph;
        }

        return new Rewriter(graph, ShapePropagation.Pair(graph)).Rewrite();
    }

    private sealed class Rewriter(ModelGraph graph, (ShapePropagation First, ShapePropagation Second) pair)
    {
        private readonly IReadOnlyDictionary<string, long[]> _two = pair.First.Shapes;
        private readonly IReadOnlyDictionary<string, long[]> _three = pair.Second.Shapes;
        private readonly Dictionary<string, int> _uses = PairFusion.CountUses(graph);
        private readonly ILookup<string, GraphNode> _readers = graph.Readers();
        private readonly GraphEditor _editor = new(graph);
        private readonly Dictionary<string, string> _rows = new(StringComparer.Ordinal); // flattened activations by name
        private readonly HashSet<string> _absorbed = new(StringComparer.Ordinal);
        private readonly List<GraphNode> _nodes = [];

        public ModelGraph Rewrite()
        {
            foreach (GraphNode node in graph.Nodes)
            {
                if (_absorbed.Contains(node.Name))
                {
                    continue;
                }

                if (IsProduct(node))
                {
                    Replace(node);
                }
                else
                {
                    _nodes.Add(node);
                }
            }

            return _editor.Build(_nodes);
        }

        private bool IsProduct(GraphNode node) => node.OpType == "MatMul"
            && graph.Initializers.GetValueOrDefault(node.Inputs[1]) is { Type: ElementType.Float, Shape.Length: 2 }
            && !graph.Initializers.ContainsKey(node.Inputs[0])
            && _two[node.Inputs[0]].Length >= 1
            && Restored(node.Output) is not null;

        // A shape for any batch and size: at most one dimension may depend on them.
        private long[]? Restored(string tensor)
        {
            long[] shape = [.. _two[tensor].Zip(_three[tensor], (a, b) => a == b ? a : -1)];
            return shape.Count(size => size == -1) <= 1 ? shape : null;
        }

        private void Replace(GraphNode node)
        {
            if (_two[node.Inputs[0]].Length == 2)
            {
                _nodes.Add(node with { OpType = "Gemm" }); // later nodes are folded as after any other Gemm
                return;
            }

            long columns = graph.Initializers[node.Inputs[1]].Shape[1];
            GraphNode last = node;
            string[] inputs = [Rows(node.Inputs[0], graph.Initializers[node.Inputs[1]].Shape[0]), node.Inputs[1]];
            if (Next(last) is { OpType: "Add" } add && BiasOf(add, last.Output, columns) is { } bias)
            {
                inputs = [.. inputs, bias];
                last = Absorb(add);
            }

            GraphNode? relu = Next(last) is { OpType: "Relu" } next ? Absorb(next) : null;
            string product = _editor.Names.Value(node.Output + "/product");
            string activated = relu is null ? product : _editor.Names.Value(relu.Output + "/rows");
            _nodes.Add(node with { OpType = "Gemm", Inputs = inputs, Outputs = [product] });
            if (relu is not null)
            {
                _nodes.Add(relu with { Inputs = [product], Outputs = [activated] });
            }

            string output = (relu ?? last).Output;
            _rows[output] = activated; // the next product reads these rows
            _nodes.Add(Reshape($"{node.Name}/restore", activated, Restored(output)!, output));
        }

        private string Rows(string tensor, long size)
        {
            if (!_rows.TryGetValue(tensor, out string? rows))
            {
                _rows[tensor] = rows = _editor.Names.Value(tensor + "/rows");
                _nodes.Add(Reshape(rows, tensor, [-1, size], rows));
            }

            return rows;
        }

        // The only reader, if there is one and nothing else reads the output.
        private GraphNode? Next(GraphNode node) =>
            _uses.GetValueOrDefault(node.Output) == 1 ? _readers[node.Output].FirstOrDefault() : null;

        private GraphNode Absorb(GraphNode node)
        {
            _absorbed.Add(node.Name);
            return node;
        }

        // One value per column, with any number of leading axes of size 1; returns the name of a vector.
        private string? BiasOf(GraphNode add, string product, long columns)
        {
            string other = add.Inputs[0] == product ? add.Inputs[1] : add.Inputs[0];
            bool fits = graph.Initializers.GetValueOrDefault(other) is { Type: ElementType.Float } constant && constant.Count == columns
                && constant.Shape is [.., var last] && last == columns && constant.Shape.Length <= _two[product].Length;
            return !fits || graph.Initializers[other].Shape.Length == 1
                ? fits ? other : null
                : _editor.Add($"{add.Name}.bias", graph.Initializers[other].Reshaped([columns]));
        }

        private GraphNode Reshape(string name, string input, long[] shape, string output) => new(
            _editor.Names.Node(name),
            "Reshape",
            [input, _editor.Add(name + ".shape", TensorData.FromInt64([shape.Length], shape))],
            [output]);
    }
}
