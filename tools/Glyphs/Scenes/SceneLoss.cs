using static TorchSharp.torch;

namespace Cluster.Glyphs.Scenes;

/// <summary>
/// What a detector is trained by: cross-entropy of every score, and the absolute error of the boxes of places that belong to a letter. A
/// place belongs to the letter whose middle is near it, a large letter's on the coarse map, a small one's on the fine map.
/// </summary>
internal static class SceneLoss
{
    private const int Sides = 4;
    private const float BoxWeight = 8;

    // Letters with a longer side, in shares of the scene's, are the coarse map's.
    private const float Large = 14f / SceneGenerator.Size;

    // How far a place may be from the middle along each axis, in distances of places.
    private const float Near = 0.75f;

    /// <param name="outputs">Of the network.</param>
    /// <param name="arrays">With <c>boxes</c>.</param>
    public static Tensor Of(IReadOnlyDictionary<string, Tensor> outputs, IReadOnlyDictionary<string, TensorData> arrays)
    {
        var found = outputs[SceneNetwork.Found];
        int scenes = (int)found.shape[0];
        int rows = (int)found.shape[1];
        int places = (int)found.shape[2];
        float[] expected = new float[scenes * rows * places];
        float[] counted = new float[scenes * Sides * places];
        int owned = 0;
        float[][] labels = [.. arrays["boxes"].As<float>().ToArray().Chunk(SceneGenerator.LabelWidth)];
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i][4] >= 0)
            {
                owned += Mark(
                    labels[i],
                    expected.AsSpan(i / SceneGenerator.MostLetters * rows * places, rows * places),
                    counted.AsSpan(i / SceneGenerator.MostLetters * Sides * places, Sides * places));
            }
        }

        var target = TensorFactory.FromFloats(expected, found.shape);
        var mask = TensorFactory.FromFloats(counted, [scenes, Sides, places]);
        var boxes = found.narrow(1, 0, Sides);
        var scores = found.narrow(1, Sides, rows - Sides);
        var wrong = nn.functional.l1_loss(boxes.mul(mask), target.narrow(1, 0, Sides), nn.Reduction.Sum);
        var unsure = nn.functional.binary_cross_entropy(scores, target.narrow(1, Sides, rows - Sides), reduction: nn.Reduction.Sum);
        return (unsure.add(wrong.mul(TensorFactory.FromFloats([BoxWeight], [])))).div(TensorFactory.FromFloats([Math.Max(1, owned)], []));
    }

    // Writes a letter's box and class at its places; returns how many there are.
    private static int Mark(float[] label, Span<float> expected, Span<float> counted)
    {
        var (left, top, right, bottom) = (label[0], label[1], label[2], label[3]);
        float[] box = [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top];
        bool isLarge = Math.Max(box[2], box[3]) > Large;
        int places = SceneNetwork.Places.Count;
        int owned = 0;
        for (int i = 0; i < places; i++)
        {
            var place = SceneNetwork.Places[i];
            float apart = Near * (place.IsFine ? 4f : 8f) / SceneGenerator.Size;
            if (place.IsFine == isLarge || Math.Abs(place.X - box[0]) > apart || Math.Abs(place.Y - box[1]) > apart)
            {
                continue;
            }

            owned++;
            expected[((Sides + (int)label[4]) * places) + i] = 1;
            for (int side = 0; side < Sides; side++)
            {
                expected[(side * places) + i] = box[side];
                counted[(side * places) + i] = 1;
            }
        }

        return owned;
    }
}
