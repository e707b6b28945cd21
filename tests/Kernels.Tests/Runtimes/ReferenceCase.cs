using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Runtimes;

/// <summary>A network of the shared data with its first images, preprocessed, and their reference logits.</summary>
internal sealed record ReferenceCase(string ModelPath, float[] Input, long[] Shape, float[][] Logits)
{
    /// <param name="model">Path below models/, without extension.</param>
    public static ReferenceCase Load(string model)
    {
        string path = SharedData.Require($"models/{model}.onnx");
        using JsonDocument preprocess = JsonDocument.Parse(File.ReadAllText(SharedData.Require($"models/{model}.preprocess.json")));
        float[][] logits = [.. File.ReadLines(SharedData.Require($"models/{model}.ref-logits.csv")).Select(Row)];
        (byte[] pixels, long[] shape) = Pixels(model.Split('/')[0], logits.Length); // N C H W
        double scale = preprocess.RootElement.GetProperty("scale").GetDouble();
        double[] mean = Numbers(preprocess.RootElement.GetProperty("mean"));
        double[] std = Numbers(preprocess.RootElement.GetProperty("std"));
        long plane = shape[2] * shape[3];
        float[] input = new float[pixels.Length];
        for (int i = 0; i < input.Length; i++)
        {
            long channel = i / plane % shape[1];
            input[i] = (float)(((pixels[i] * scale) - mean[channel]) / std[channel]);
        }

        return new ReferenceCase(path, input, shape, logits);
    }

    public float[] Image(int index)
    {
        int size = Input.Length / (int)Shape[0];
        return Input[(index * size)..((index + 1) * size)];
    }

    public static double LargestError(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        actual.Length.ShouldBe(expected.Length);
        double error = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            error = Math.Max(error, Math.Abs((double)actual[i] - expected[i]));
        }

        return error;
    }

    private static (byte[] Pixels, long[] Shape) Pixels(string family, int count)
        => family switch
        {
            "cifar10" => (Cifar(Unzip("cifar10/test_batch.first761.bin.gz", count * 3073), count), [count, 3, 32, 32]),
            "mnist" => (Unzip("mnist/t10k-images-idx3-ubyte.gz", 16 + (count * 784))[16..], [count, 1, 28, 28]),
            "imagenet" => (Planes(Unzip("imagenet-sample/raw64.u8.bin.gz", count * 224 * 224 * 3), 224 * 224), [count, 3, 224, 224]),
            _ => throw new ArgumentOutOfRangeException(nameof(family), family, "no reference images"),
        };

    private static byte[] Unzip(string file, int length)
    {
        using GZipStream stream = new(File.OpenRead(SharedData.Require(file)), CompressionMode.Decompress);
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    // A record is one label byte, then three planes of 32 x 32.
    private static byte[] Cifar(byte[] records, int count)
        => [.. Enumerable.Range(0, count).SelectMany(i => records[((i * 3073) + 1)..((i + 1) * 3073)])];

    private static byte[] Planes(byte[] interleaved, int plane)
    {
        byte[] planes = new byte[interleaved.Length];
        for (int i = 0; i < interleaved.Length; i++)
        {
            int pixel = i / 3;
            planes[(((pixel / plane * 3) + (i % 3)) * plane) + (pixel % plane)] = interleaved[i];
        }

        return planes;
    }

    private static float[] Row(string line)
        => [.. line.Split(',').Select(text => float.Parse(text, CultureInfo.InvariantCulture))];

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];
}
