namespace Cluster.Kernels.Tests.Execution.Forms;

/// <summary>A graph of one operator with random shapes and attributes.</summary>
/// <param name="Shape">Of 'x', its batch first.</param>
/// <param name="Text">What was drawn, for the message of a failure.</param>
internal sealed record OperatorForm(GraphBuilder Graph, long[] Shape, string Text)
{
    /// <summary>Every kind of form, by name.</summary>
    public static IReadOnlyDictionary<string, Func<Random, OperatorForm>> Kinds { get; } =
        new Dictionary<string, Func<Random, OperatorForm>>(
            [.. WindowForms.All, .. ShapeForms.All, .. NumberForms.All], StringComparer.Ordinal);

    /// <summary>A graph over 'x' with a free batch.</summary>
    public static GraphBuilder Over(int opset, long[] shape) => new(opset, [-1, .. shape[1..]]);

    /// <summary>Batch, channels (1 to 6) and sizes of 2 to 7 each.</summary>
    public static long[] Draw(Random random, int sizes) =>
        [random.Next(1, 4), random.Next(1, 7), .. Enumerable.Range(0, sizes).Select(_ => (long)random.Next(2, 8))];

    public static string Show(IEnumerable<long> numbers) => $"[{string.Join(", ", numbers)}]";
}
