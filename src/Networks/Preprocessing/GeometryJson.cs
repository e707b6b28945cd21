namespace Cluster.Networks.Preprocessing;

/// <summary>The keys of a preprocessing file that describe resizing and cropping of pictures.</summary>
internal static class GeometryJson
{
    public const string Resize = "resize";
    public const string Crop = "crop";
    public const string Interpolation = "interpolation";
    public const string Letterbox = "letterbox";
    public const string Fill = "fill";

    private static readonly (string Word, ResizeFilter Filter)[] Filters =
        [("bilinear", ResizeFilter.Bilinear), ("bicubic", ResizeFilter.Bicubic)];

    /// <returns>Null if none of the keys is there.</returns>
    public static PictureGeometry? Read(IReadOnlyDictionary<string, JsonElement> members, string path)
    {
        var (shorter, exact) = members.TryGetValue(Resize, out var resize) ? Size(resize, Resize, path) : default;
        var (boxSide, box) = members.TryGetValue(Letterbox, out var framed) ? Size(framed, Letterbox, path) : default;
        box ??= boxSide is { } boxed ? new PictureSize(boxed, boxed) : null;
        if ((box is null && members.ContainsKey(Fill))
            || (box is not null && (members.ContainsKey(Resize) || members.ContainsKey(Crop))))
        {
            throw new KernelException(
                $"The preprocessing file '{path}' has '{Letterbox}' beside '{Resize}' or '{Crop}', or '{Fill}' without it; '{Letterbox}' "
                + $"resizes by itself, and '{Fill}' is what it has around the picture.");
        }

        var (side, crop) = members.TryGetValue(Crop, out var cut) ? Size(cut, Crop, path) : default;
        if (members.TryGetValue(Interpolation, out var interpolation) && (shorter, exact, box) is (null, null, null))
        {
            throw new KernelException(
                $"The preprocessing file '{path}' has '{Interpolation}' without '{Resize}' or '{Letterbox}', which it belongs to; give "
                + "both or neither.");
        }

        var filter = interpolation.ValueKind == JsonValueKind.Undefined ? ResizeFilter.Bilinear : Filter(interpolation, path);
        crop ??= side is { } square ? new PictureSize(square, square) : null;
        return (shorter, exact, crop, box) is (null, null, null, null) ? null : new PictureGeometry(shorter, exact, crop, filter)
        {
            Letterbox = box,
            Fill = members.TryGetValue(Fill, out var fill) ? Grey(fill, path) : PictureGeometry.UsualFill,
        };
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

        if (geometry.Letterbox is { } box)
        {
            json[Letterbox] = Pair(box);
            json[Fill] = geometry.Fill;
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

    private static byte Grey(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetByte(out byte grey)
            ? grey
            : throw new KernelException(
                $"The preprocessing file '{path}' has {value.GetRawText()} in '{Fill}'; expected a pixel's value from 0 to 255.");

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
