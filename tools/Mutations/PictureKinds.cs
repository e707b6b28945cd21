namespace Cluster.Mutations;

/// <summary>Pictures. The JPEG files are noise that libturbojpeg's own program interface wrote.</summary>
internal static class PictureKinds
{
    private const string Baseline =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeX"
        + "BkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAK"
        + "AAwDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhBy"
        + "JxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT"
        + "lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAA"
        + "AAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRom"
        + "JygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExc"
        + "bHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwCpZ6d0+WteLT8IPlqWxA44HSrxAJ5ANXi8T9Wp89r6nNGN2f/Z";

    private const string Progressive =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4"
        + "x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wgARCAAJ"
        + "AAkDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABYBAQEBAAAAAAAAAAAAAAAAAAABA//aAAwDAQACEAMQAAABLXNkQeX/xAAXEA"
        + "EBAQEAAAAAAAAAAAAAAAACABAS/9oACAEBAAEFAiLiOf/EABQRAQAAAAAAAAAAAAAAAAAAACD/2gAIAQMBAT8BH//EABQRAQAAAAAAAAAAAAAA"
        + "AAAAACD/2gAIAQIBAT8BH//EABQQAQAAAAAAAAAAAAAAAAAAACD/2gAIAQEABj8CH//EABQQAQAAAAAAAAAAAAAAAAAAACD/2gAIAQEAAT8hCf"
        + "/aAAwDAQACAAMAAAAQno//xAAUEQEAAAAAAAAAAAAAAAAAAAAg/9oACAEDAQE/EB//xAAUEQEAAAAAAAAAAAAAAAAAAAAg/9oACAECAQE/EB//"
        + "xAAaEAACAgMAAAAAAAAAAAAAAAAAARAhMXGh/9oACAEBAAE/EKlRrwzUf//Z";

    private const string Gray =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYV"
        + "pQYEpRUk//wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABoQAAICAwAAAAAAAAAAAAAAAAABECExcaH/2gAIAQEAAD8AeFVJ"
        + "0f/Z";

    /// <summary>Colours with halved planes, progressive, and grey.</summary>
    public static MutationKind Jpeg() => new(
        "jpeg",
        [
            new(Path.Combine("baseline", "a.jpg"), Convert.FromBase64String(Baseline)),
            new(Path.Combine("progressive", "a.jpg"), Convert.FromBase64String(Progressive)),
            new(Path.Combine("gray", "a.jpg"), Convert.FromBase64String(Gray)),
        ],
        Read);

    /// <summary>Files, and files whose header or rows are damaged below good packing and checksums.</summary>
    public static MutationKind Png() => new(
        "png",
        [
            new(Path.Combine("file", "a.png"), PngSample.Good()),
            new(Path.Combine("rows", "a.png"), PngSample.Plain(), PngSample.File),
            new(Path.Combine("palette", "a.png"), PngSample.Indexed(), PngSample.File),
        ],
        Read);

    private static void Read(string folder, MutationSample sample) =>
        DataSource.Open($"folder:{Path.Combine(folder, Path.GetDirectoryName(sample.Name)!)}");
}
