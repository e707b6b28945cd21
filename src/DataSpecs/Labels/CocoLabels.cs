using System.Text.Json;

namespace Cluster.DataSpecs.Labels;

/// <summary>Reads COCO's JSON of objects: images, annotations with [x, y, width, height] in pixels, and categories.</summary>
internal static class CocoLabels
{
    private const long MaximumBytes = 512 << 20;

    /// <summary>The files of the images in the order of the list, with their boxes, and the number of categories.</summary>
    /// <exception cref="DataSpecException">The file is not such a list.</exception>
    public static (IReadOnlyList<(string File, IReadOnlyList<ListedBox> Boxes)> Rows, int Categories) Read(
        string fullPath, string source, DataAccess access)
    {
        string path = access.Shown(fullPath);
        try
        {
            using var document = JsonDocument.Parse(DataFile.ReadAll(fullPath, source, MaximumBytes, access));
            return Read(document.RootElement, path);
        }
        catch (JsonException exception)
        {
            throw Refused(path, $"it is not JSON ({JsonFault.Of(exception)})");
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            throw Refused(path, $"a member has another type than COCO's ({exception.Message.TrimEnd('.')})");
        }
    }

    private static (IReadOnlyList<(string File, IReadOnlyList<ListedBox> Boxes)> Rows, int Categories) Read(JsonElement root, string path)
    {
        var images = Member(root, "images", path).EnumerateArray()
            .Select(image => (Id: Member(image, "id", path).GetInt64(), File: Member(image, "file_name", path).GetString() ?? string.Empty))
            .ToArray();
        var categories = Member(root, "categories", path).EnumerateArray().Select(category => Member(category, "id", path).GetInt32())
            .Distinct().Order().Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        var boxes = new Dictionary<long, List<ListedBox>>();
        foreach (var (id, file) in images)
        {
            if (file.Length == 0 || file.Contains('\0', StringComparison.Ordinal) || !boxes.TryAdd(id, []))
            {
                throw Refused(path, $"the image {id} names no file, or is there twice");
            }
        }

        foreach (var annotation in Member(root, "annotations", path).EnumerateArray())
        {
            long image = Member(annotation, "image_id", path).GetInt64();
            if (!boxes.TryGetValue(image, out var of))
            {
                throw Refused(path, $"an annotation is of the image {image}, which is not among its images");
            }

            of.Add(Box(annotation, categories, path));
        }

        return images.Length == 0
            ? throw Refused(path, "it lists no images")
            : ([.. images.Select(image => (image.File, (IReadOnlyList<ListedBox>)boxes[image.Id]))], categories.Count);
    }

    private static ListedBox Box(JsonElement annotation, Dictionary<int, int> categories, string path)
    {
        int category = Member(annotation, "category_id", path).GetInt32();
        float[] box = [.. Member(annotation, "bbox", path).EnumerateArray().Select(side => side.GetSingle())];
        return !categories.TryGetValue(category, out int place)
            ? throw Refused(path, $"an annotation has the category {category}, which is not among its categories")
            : box is not [var x, var y, >= 0 and var width, >= 0 and var height]
                ? throw Refused(path, $"an annotation has the bbox [{string.Join(", ", box)}], which is no [x, y, width, height]")
                : new ListedBox(x, y, x + width, y + height, place)
                {
                    Category = category,
                    IsCrowd = annotation.TryGetProperty("iscrowd", out var crowd) && crowd.ValueKind is not JsonValueKind.False
                        && (crowd.ValueKind == JsonValueKind.True || crowd.GetInt32() != 0),
                };
    }

    private static JsonElement Member(JsonElement of, string name, string path) => of.TryGetProperty(name, out var member)
        ? member
        : throw Refused(path, $"an object lacks the member '{name}'");

    private static DataSpecException Refused(string path, string why) => new(
        $"The label file '{path}' is not read as COCO's list of objects: {why}; expected images (id, file_name), annotations (image_id, "
        + "category_id, bbox) and categories (id).")
    {
        WithoutContent = $"The label file '{path}' is not read as COCO's list of objects; expected images, annotations and categories.",
    };
}

/// <summary>A labelled object of a picture, as its file states it.</summary>
/// <param name="Left">Pixels of the picture, or its share of the width.</param>
/// <param name="Top">Likewise of the height.</param>
/// <param name="Right">Likewise.</param>
/// <param name="Bottom">Likewise.</param>
/// <param name="Class">From 0: the place of its category among all by their numbers.</param>
public readonly record struct ListedBox(float Left, float Top, float Right, float Bottom, int Class)
{
    /// <summary>The number of its category; without categories its class and one.</summary>
    public int Category { get; init; }

    /// <summary>Whether it stands for many objects.</summary>
    public bool IsCrowd { get; init; }

    /// <summary>Whether its sides are shares of the picture's.</summary>
    public bool IsShare { get; init; }
}
