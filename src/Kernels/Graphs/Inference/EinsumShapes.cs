namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Output shape of an Einsum whose terms name every axis by a letter.</summary>
internal static class EinsumShapes
{
    public static long[] Of(ShapeContext context)
    {
        GraphNode node = context.Node;
        var (equation, terms, result) = EinsumEquation.Of(node);
        if (equation.Split(EinsumEquation.Arrow).Length > 2
            || terms.Length != node.Inputs.Count
            || equation.Replace(EinsumEquation.Arrow, "", StringComparison.Ordinal)
                .Any(letter => letter != ',' && !char.IsAsciiLetter(letter)))
        {
            throw node.Error($"has the equation '{equation}'; expected a letter for each axis and a term for each input, without dots.");
        }

        var sizes = new SortedDictionary<char, long>();
        for (int i = 0; i < terms.Length; i++)
        {
            long[] shape = context.Shape(i);
            if (shape.Length != terms[i].Length)
            {
                throw node.Error($"names the axes of {ShapeMath.Text(shape)} '{terms[i]}'; expected a letter for each.");
            }

            foreach (var (letter, size) in terms[i].Zip(shape))
            {
                if (sizes.TryGetValue(letter, out long known) && known != size && known != 1 && size != 1)
                {
                    throw node.Error($"gives the axis '{letter}' of '{equation}' the sizes {known} and {size}; expected one.");
                }

                sizes[letter] = Math.Max(size, known);
            }
        }

        return result.All(sizes.ContainsKey) && result.Distinct().Count() == result.Length
            ? [.. result.Select(letter => sizes[letter])]
            : throw node.Error($"has the result '{result}' in '{equation}'; expected letters of its terms, each once.");
    }
}
