using System.Globalization;

namespace Cluster.Client.Tests.Faking;

internal static class FakePages
{
    // Smaller than anyone asks for, so that every list has several pages.
    public const int Largest = 3;

    public static (IReadOnlyList<T> Page, string Next) Cut<T>(IEnumerable<T> all, string token, int size)
    {
        int begin = token.Length == 0 ? 0 : int.Parse(token, CultureInfo.InvariantCulture);
        var rest = all.Skip(begin).ToList();
        int count = Math.Min(size == 0 ? Largest : Math.Min(size, Largest), rest.Count);
        return (rest[..count], count < rest.Count ? $"{begin + count}" : "");
    }
}
