namespace Cluster.Kernels.Graphs.Inference;

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
