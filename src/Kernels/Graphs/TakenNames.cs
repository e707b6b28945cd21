namespace Cluster.Kernels.Graphs;

/// <summary>Names that are taken. Many equal wishes take time in proportion to their number.</summary>
internal sealed class TakenNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal); // the first number not tried yet

    public void UnionWith(IEnumerable<string> names) => _taken.UnionWith(names);

    /// <summary>The wish, with a number where it is taken; taken from now on.</summary>
    public string New(string wish)
    {
        string name = wish;
        int number = _next.GetValueOrDefault(wish, 1);
        while (!_taken.Add(name))
        {
            name = $"{wish}_{number++}";
        }

        if (number > 1)
        {
            _next[wish] = number;
        }

        return name;
    }
}
