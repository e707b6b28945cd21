namespace Cluster.Networks.Preprocessing;

/// <summary>
/// The JSON form of <see cref="Preprocess"/>. Unknown keys are refused: ignoring one would change the input of every image.
/// </summary>
internal static class PreprocessJson
{
    private const string Example =
        """{"layout": "NCHW", "color": "RGB", "scale": 0.00392156862745098, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}""";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static readonly string[] Keys =
    [
        "layout", "color", "scale", "mean", "std", GeometryJson.Resize, GeometryJson.Crop, GeometryJson.Interpolation,
        GeometryJson.Letterbox, GeometryJson.Fill,
    ];

    public static Preprocess Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new KernelException(
                $"There is no preprocessing file '{Path.GetFullPath(path)}'; write one that says x = (pixel * scale - mean) / std "
                + $"for each channel with pixel 0..255, e.g. {Example} (\"color\" may be \"GRAY\" with one mean and one std).",
                new FileNotFoundException(message: null, path));
        }

        return Parse(File.ReadAllText(path, Encoding.UTF8), path);
    }

    public static Preprocess Parse(string json, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement, path);
        }
        catch (JsonException exception)
        {
            throw new KernelException(
                $"The preprocessing file '{path}' is not JSON ({JsonFault.Of(exception)}); write it like {Example}.", exception);
        }
        catch (KernelException exception) when (!exception.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new KernelException($"In '{path}': {exception.Message}", exception);
        }
    }

    public static string Write(Preprocess preprocess)
    {
        var json = new JsonObject
        {
            ["layout"] = Preprocess.Name(preprocess.Layout),
            ["color"] = Preprocess.Name(preprocess.Color),
            ["scale"] = preprocess.Scale,
            ["mean"] = JsonSerializer.SerializeToNode(preprocess.Mean),
            ["std"] = JsonSerializer.SerializeToNode(preprocess.Std),
        };
        if (preprocess.Geometry is { } geometry)
        {
            GeometryJson.Write(json, geometry);
        }

        return $"{json.ToJsonString(Indented)}\n";
    }

    private static Preprocess Read(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new KernelException($"The preprocessing file '{path}' holds a JSON {root.ValueKind}; expected an object like {Example}.");
        }

        Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!Keys.Contains(property.Name, StringComparer.Ordinal))
            {
                throw new KernelException(
                    $"The preprocessing file '{path}' has the key '{property.Name}', which is not understood; expected only "
                    + $"{string.Join(", ", Keys)}.");
            }

            if (!members.TryAdd(property.Name, property.Value))
            {
                throw new KernelException($"The preprocessing file '{path}' has the key '{property.Name}' twice; leave one out.");
            }
        }

        PixelLayout pixelLayout = !members.TryGetValue("layout", out JsonElement layout) || IsText(layout, "NCHW") ? PixelLayout.Nchw
            : IsText(layout, "NHWC") ? PixelLayout.Nhwc
            : throw new KernelException(
                $"The preprocessing file '{path}' has the layout {layout.GetRawText()}; expected \"NCHW\" or \"NHWC\".");
        JsonElement color = Member(members, "color", path);
        PixelColor pixelColor = IsText(color, "RGB") ? PixelColor.Rgb
            : IsText(color, "BGR") ? PixelColor.Bgr
            : IsText(color, "GRAY") ? PixelColor.Gray
            : throw new KernelException(
                $"The preprocessing file '{path}' has the color {color.GetRawText()}; expected \"RGB\", \"BGR\" or \"GRAY\".");
        return new Preprocess(
            pixelColor,
            Number(Member(members, "scale", path), "scale", path),
            Numbers(Member(members, "mean", path), "mean", path),
            Numbers(Member(members, "std", path), "std", path),
            GeometryJson.Read(members, path),
            pixelLayout);
    }

    private static JsonElement Member(Dictionary<string, JsonElement> members, string key, string path) =>
        members.TryGetValue(key, out JsonElement value)
            ? value
            : throw new KernelException($"The preprocessing file '{path}' lacks the key '{key}'; write it like {Example}.");

    private static bool IsText(JsonElement element, string text) => element.ValueKind == JsonValueKind.String && element.ValueEquals(text);

    private static double Number(JsonElement element, string key, string path) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double number)
            ? number
            : throw new KernelException($"The preprocessing file '{path}' has {element.GetRawText()} in '{key}'; expected a number.");

    private static double[] Numbers(JsonElement element, string key, string path) =>
        element.ValueKind == JsonValueKind.Array
            ? [.. element.EnumerateArray().Select(item => Number(item, key, path))]
            : throw new KernelException(
                $"The preprocessing file '{path}' has {element.GetRawText()} in '{key}'; expected an array with one "
                + "number for each channel.");
}
