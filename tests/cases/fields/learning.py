"""Programs of a field, as its people write them: learning."""

import numpy as np

from tests.cases import case

rng = np.random.default_rng(3)
N = rng.standard_normal
SPD = (lambda M: M @ M.T + 4 * np.eye(len(M)))(N((4, 4)))


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@case((N((3, 4)), N((5, 4)), N((5, 2)), np.array(N((3, 5)) > -1)))
def attention(q, k, v, mask):
    s = q @ k.T / np.sqrt(q.shape[-1])
    s = np.where(mask, s, -1e9)
    return softmax(s) @ v


def mlp(params, x):
    *hidden, last = params
    for W, b in hidden:
        x = np.maximum(x @ W + b, 0.0)
    W, b = last
    return x @ W + b


@case(([(N((3, 4)), N(4)), (N((4, 2)), N(2))], N((6, 3)), np.array([0, 1, 1, 0, 0, 1])))
def xent(params, x, labels):
    logits = mlp(params, x)
    m = logits.max(axis=1)
    lse = m + np.log(np.sum(np.exp(logits - m[:, None]), axis=1))
    return np.mean(lse - logits[np.arange(len(labels)), labels])


@case((N((6, 5)), N((3, 2))))
def conv2d(img, ker):
    H, W = img.shape; h, w = ker.shape
    out = np.zeros((H - h + 1, W - w + 1))
    for i in range(h):
        for j in range(w):
            out += ker[i, j] * img[i:i + H - h + 1, j:j + W - w + 1]
    return out


@case((N((6, 3)), N(3), N(3)))
def batchnorm(x, gamma, beta, eps=1e-5):
    mu = x.mean(0); var = x.var(0)
    return gamma * (x - mu) / np.sqrt(var + eps) + beta


@case((N((4, 2)), N(3), N((3, 5)), N((3, 5)), N((3, 5))))
def gru(x, h, Wz, Wr, Wh):
    sig = lambda a: 1 / (1 + np.exp(-a))
    for t in range(len(x)):
        c = np.concatenate([x[t], h])
        z = sig(Wz @ c); r = sig(Wr @ c)
        hh = np.tanh(Wh @ np.concatenate([x[t], r * h]))
        h = (1 - z) * h + z * hh
    return h


class Layer:
    def __init__(self, W, b, act):
        self.W = W; self.b = b; self.act = act
    def forward(self, x):
        return self.act(self.W @ x + self.b)


class Net:
    def __init__(self, layers): self.layers = layers
    def __call__(self, x):
        for l in self.layers:
            x = l.forward(x)
        return x


@case((N((3, 2)), N(3), N((2, 3)), N(2), N(2)))
def net_loss(W1, b1, W2, b2, x):
    net = Net([Layer(W1, b1, np.tanh), Layer(W2, b2, lambda t: t)])
    return np.sum(net(x) ** 2)

