namespace Cluster.Networks.Graphs.Inference;

/// <summary>
/// Multiply-accumulates of one node: those of matrix products, convolutions, contractions and recurrent layers. Element-by-element products
/// (Mul, the gates of a recurrent layer) are not counted, as usual; padding is counted as if it were computed.
/// </summary>
internal static class NodeProducts
{
    /// <summary>Multiply-accumulates; 0 for other operators, and where a rank is not known.</summary>
    /// <param name="shapes">Shapes of all tensors.</param>
    public static long Of(GraphNode node, IReadOnlyDictionary<string, long[]> shapes)
    {
        long Count(string name) => ShapeMath.Count(shapes[name]) ?? 0;
        return node.OpType switch
        {
            "Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "LSTM" or "GRU" when shapes[node.Inputs[0]].Length == 0 => 0,

            // Each output element sums over (I/g, kernel); transposed, each input element goes to (O/g, kernel).
            "Conv" => Count(node.Output) * (Count(node.Inputs[1]) / shapes[node.Inputs[1]][0]),
            "ConvTranspose" => Count(node.Inputs[0]) * (Count(node.Inputs[1]) / shapes[node.Inputs[1]][0]),
            "Gemm" => Count(node.Output) * shapes[node.Inputs[0]][node.GetInt("transA", 0) != 0 ? 0 : 1],
            "MatMul" => Count(node.Output) * shapes[node.Inputs[0]][^1],

            // Each step of each sample multiplies by all of W (directions, gates * H, I) and R (directions, gates * H, H): ONNX operators,
            // LSTM and GRU, the equations X*(W^T) + H*(R^T).
            "LSTM" or "GRU" =>
                Count(node.Inputs[0]) / shapes[node.Inputs[0]][^1] * (Count(node.Inputs[1]) + Count(node.Inputs[2])),
            "Einsum" => OfEinsum(EinsumEquation.Of(node), [.. node.Inputs.Select(input => shapes[input])]),
            _ => 0,
        };
    }

    /// <summary>
    /// Operands are contracted from left to right, as in libtorch and ONNX Runtime. Two of them take one product for each point of their
    /// index space, without the indices that only one of them has and no later operand or the output uses: it is summed over those first.
    /// </summary>
    private static long OfEinsum(EinsumEquation equation, IReadOnlyList<long[]> operands)
    {
        string[] terms = equation.Terms;
        var sizes = terms.SelectMany((term, i) => term.Zip(operands[i]))
            .GroupBy(axis => axis.First, axis => axis.Second)
            .ToDictionary(axis => axis.Key, axis => axis.Max());
        HashSet<char> left = [.. terms[0]];
        long products = 0;
        for (int i = 1; i < terms.Length; i++)
        {
            HashSet<char> read = [.. equation.Result, .. terms.Skip(i + 1).SelectMany(term => term)];
            var space = left.Union(terms[i]).Where(letter => read.Contains(letter) || (left.Contains(letter) && terms[i].Contains(letter)))
                .ToHashSet();
            products += space.Aggregate(1L, (product, letter) => product * sizes[letter]);
            left = [.. space.Intersect(read)];
        }

        return products;
    }
}

/// <summary>The equation of an Einsum without spaces, taken apart; nothing is checked.</summary>
/// <param name="Terms">The letters of each input.</param>
/// <param name="Result">
/// The letters of the output. Without a right side of the equation: the letters that occur once, in alphabetical order.
/// </param>
internal sealed record EinsumEquation(string Text, string[] Terms, string Result)
{
    public const string Arrow = "->";

    public static EinsumEquation Of(GraphNode node)
    {
        string text = node.GetText("equation", string.Empty).Replace(" ", string.Empty, StringComparison.Ordinal);
        string[] sides = text.Split(Arrow);
        string[] terms = sides[0].Split(',');
        string once = string.Concat(
            terms.SelectMany(term => term).Order().GroupBy(letter => letter).Where(same => same.Count() == 1).Select(same => same.Key));
        return new EinsumEquation(text, terms, sides.Length == 2 ? sides[1] : once);
    }
}
