using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Kernels.Data.Pictures;

namespace Cluster.Kernels.Data;

/// <summary>The keys of a preprocessing file that describe resizing and cropping of pictures.</summary>
internal static class GeometryJson
{
    public const string Resize = "resize";
    public const string Crop = "crop";
    public const string Interpolation = "interpolation";

    private static readonly (string Word, ResizeFilter Filter)[] Filters =
        [("bilinear", ResizeFilter.Bilinear), ("bicubic", ResizeFilter.Bicubic)];

    /// <returns>Null if none of the keys is there.</returns>
    public static PictureGeometry? Read(IReadOnlyDictionary<string, JsonElement> members, string path)
    {
        var (shorter, exact) = members.TryGetValue(Resize, out var resize) ? Size(resize, Resize, path) : default;
        var (side, crop) = members.TryGetValue(Crop, out var cut) ? Size(cut, Crop, path) : default;
        if (members.TryGetValue(Interpolation, out var interpolation) && shorter is null && exact is null)
        {
            throw new KernelException(
                $"The preprocessing file '{path}' has '{Interpolation}' without '{Resize}', which it belongs to; give both or neither.");
        }

        var filter = interpolation.ValueKind == JsonValueKind.Undefined ? ResizeFilter.Bilinear : Filter(interpolation, path);
        crop ??= side is { } square ? new PictureSize(square, square) : null;
        return shorter is null && exact is null && crop is null ? null : new PictureGeometry(shorter, exact, crop, filter);
    }

    public static void Write(JsonObject json, PictureGeometry geometry)
    {
        if (geometry.Shorter is { } shorter)
        {
            json[Resize] = shorter;
        }
        else if (geometry.Exact is { } exact)
        {
            json[Resize] = Pair(exact);
        }

        if (geometry.Crop is { } crop)
        {
            json[Crop] = Pair(crop);
        }

        if (geometry.Resizes)
        {
            json[Interpolation] = Filters.Single(pair => pair.Filter == geometry.Filter).Word;
        }
    }

    private static (int? Side, PictureSize? Exact) Size(JsonElement value, string key, string path)
    {
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2)
        {
            return (null, new PictureSize(Pixels(value[0], key, path), Pixels(value[1], key, path)));
        }

        return (Pixels(value, key, path), null);
    }

    private static int Pixels(JsonElement value, string key, string path) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int pixels) && pixels is >= 1 and <= PictureSize.Largest
            ? pixels
            : throw new KernelException(
                $"The preprocessing file '{path}' has {value.GetRawText()} in '{key}'; expected pixels from 1 to {PictureSize.Largest}, or "
                + "[height, width].");

    private static ResizeFilter Filter(JsonElement value, string path)
    {
        foreach (var (word, filter) in Filters)
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(word))
            {
                return filter;
            }
        }

        throw new KernelException(
            $"The preprocessing file '{path}' has the {Interpolation} {value.GetRawText()}; expected one of "
            + $"{string.Join(", ", Filters.Select(pair => $"\"{pair.Word}\""))}.");
    }

    private static JsonArray Pair(PictureSize size) => [size.Height, size.Width];
}
