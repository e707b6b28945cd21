using System.Globalization;

namespace Cluster.Silo.Commands;

internal static class Fraction
{
    public static double Parse(string text) => text.EndsWith('%')
        ? double.Parse(text[..^1], CultureInfo.InvariantCulture) / 100
        : double.Parse(text, CultureInfo.InvariantCulture);
}
