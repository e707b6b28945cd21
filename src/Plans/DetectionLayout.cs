namespace Cluster.Plans;

/// <summary>The layout of a detector's outputs (<c>docs/guide/data.md</c>).</summary>
public enum DetectionLayout
{
    /// <summary>(N, 4 + classes, candidates): x, y, width, height and a score for each class.</summary>
    YoloV8,

    /// <summary>The same as (N, candidates, 4 + classes).</summary>
    YoloV8Rows,

    /// <summary>(N, candidates, 5 + classes): x, y, width, height, the score of an object, and one for each class if it is one.</summary>
    YoloV5,

    /// <summary>The same with x, y, width, height relative to a cell of the grids of strides 8, 16 and 32, sizes as logarithms.</summary>
    YoloX,

    /// <summary>(N, candidates, 4), corners, and (N, candidates, 1 + classes), probabilities of which the first is of background.</summary>
    Ssd,

    /// <summary>(N, queries, 4), x, y, width, height, and (N, queries, classes + 1), logits of which the last is of no object.</summary>
    Detr,

    /// <summary>The same with (N, candidates, classes), logits of sigmoids.</summary>
    RtDetr,

    /// <summary>(N, detections, 6): corners, score, class.</summary>
    Rows,

    /// <summary>(N, 1, detections, 7): image, class from 1, score, corners.</summary>
    OpenVino,

    /// <summary>(N, detections, 4), corners, with classes from 1 and scores of (N, detections).</summary>
    Torchvision,

    /// <summary>The same with the corners top, left, bottom, right.</summary>
    TensorFlow,

    /// <summary>The same with the corners left, top, right, bottom and classes from 0.</summary>
    EfficientNms,
}
