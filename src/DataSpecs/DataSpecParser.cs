using System.Text.RegularExpressions;

namespace Cluster.DataSpecs;

/// <summary>Parses the grammar of <see cref="DataSpec"/>.</summary>
internal static partial class DataSpecParser
{
    public const string LabelsOption = ",labels=";

    public const string AlphabetOption = ",alphabet=";

    public const string NamesOption = ",names=";

    private const string Grammar =
        "'idx:IMAGES[,labels=FILE]', 'cifar10:FILE', 'folder:DIR[,labels=FILE.csv]' (labels also of COCO, FILE.json, or a folder of YOLO's "
        + "texts or of masks; texts with ',alphabet=FILE'), 'imagefolder:DIR', 'npz:FILE' or "
        + "'npy:FILE[,labels=FILE.npy]', each with ',labels=none' to read it without labels, "
        + "',names=FILE' for the classes' names, and an optional '@a..b' at its end, joined by '+'";

    public static string SchemeOf(DataFormat format) => format switch
    {
        DataFormat.Idx => "idx:",
        DataFormat.Cifar10 => "cifar10:",
        DataFormat.Folder => "folder:",
        DataFormat.ImageFolder => "imagefolder:",
        DataFormat.Npz => "npz:",
        DataFormat.Npy => "npy:",
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    public static DataSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new DataSpecException("The data's text holds a null character, which no path may; remove it.");
        }

        return new DataSpec([.. JoinBeforeScheme().Split(text.Trim()).Select(ParsePart)]);
    }

    public static bool EndsInSlice(string text) => TrailingSlice().IsMatch(text);

    private static DataPart ParsePart(string text)
    {
        (DataFormat format, string body) = SplitScheme(text);
        (string path, SampleSlice slice) = SplitSlice(body, text);
        string? names = Take(NamesOption);
        if (names?.Length == 0)
        {
            throw new DataSpecException($"The data '{text}' has an empty names=; name a file or leave the option out.");
        }

        string? alphabet = Take(AlphabetOption);
        if (alphabet is not null
            && (format != DataFormat.Folder || alphabet.Length == 0 || !path.Contains(LabelsOption, StringComparison.Ordinal)))
        {
            throw new DataSpecException(
                $"The data '{text}' gives alphabet=, which names the file of the characters of a folder's labels: give both, as "
                + "'folder:DIR,labels=FILE.csv,alphabet=FILE', or leave it out.");
        }

        string? labels = Take(LabelsOption);
        if (labels is not null)
        {
            string? holder = format switch
            {
                DataFormat.Cifar10 => "a cifar10 file holds its labels",
                DataFormat.ImageFolder => "an imagefolder is labelled by its folders",
                DataFormat.Npz => "an npz file holds its labels as the array 'labels'",
                _ => null,
            };
            if (labels == DataPart.NoLabels)
            {
                return Of(null) with { IsUnlabelled = true };
            }

            if (holder is not null)
            {
                throw new DataSpecException(
                    $"The data '{text}' gives labels= but {holder}; leave the option out, or give labels=none to read it without.");
            }

            if (labels.Length == 0)
            {
                throw new DataSpecException($"The data '{text}' has an empty labels=; name a file or leave the option out.");
            }
        }

        return Of(labels);

        // The last option: its value, which leaves the path.
        string? Take(string option)
        {
            int at = path.LastIndexOf(option, StringComparison.Ordinal);
            if (at < 0)
            {
                return null;
            }

            string value = path[(at + option.Length)..];
            path = path[..at];
            return value;
        }

        DataPart Of(string? labels) => path.Length == 0
            ? throw new DataSpecException($"The data '{text}' names no path; expected {Grammar}.")
            : new DataPart(format, path, labels, slice) { AlphabetPath = alphabet, NamesPath = names };
    }

    private static (DataFormat Format, string Body) SplitScheme(string text)
    {
        foreach (DataFormat format in Enum.GetValues<DataFormat>())
        {
            string scheme = SchemeOf(format);
            if (text.StartsWith(scheme, StringComparison.Ordinal))
            {
                return (format, text[scheme.Length..]);
            }
        }

        throw new DataSpecException(
            $"The data '{text}' has no known scheme before it: put folder: or imagefolder: before a folder; possible are {Grammar}.");
    }

    private static (string Path, SampleSlice Slice) SplitSlice(string body, string text)
    {
        Match match = TrailingSlice().Match(body);
        return match.Success
            ? (
                body[..match.Index],
                new SampleSlice(Position(match.Groups["start"].Value, text) ?? 0, Position(match.Groups["end"].Value, text)))
            : (body, SampleSlice.All);
    }

    private static int? Position(string digits, string text)
    {
        if (digits.Length == 0)
        {
            return null;
        }

        return int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new DataSpecException(
                $"The slice of '{text}' holds {digits}, which is not a 32-bit integer; give a position within the set.");
    }

    [GeneratedRegex(
        @"\+(?=(?:idx|cifar10|folder|imagefolder|npz|npy):)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex JoinBeforeScheme();

    [GeneratedRegex(
        @"@(?<start>-?[0-9]+)?\.\.(?<end>-?[0-9]+)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex TrailingSlice();
}
