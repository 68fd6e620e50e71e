import numpy as np
from keras.layers import LSTM, Bidirectional, Dense, Dropout, Embedding
from keras.models import Sequential

(x_train, y_train), _ = np.load("data.npz")
n_classes = len(np.unique(y_train))
maxlen = 20
units = [16, 8]

model = Sequential()
model.add(Embedding(1000, 32, input_length=maxlen))
for n in units:
    model.add(Bidirectional(LSTM(n, return_sequences=True)))
    if n > 8:
        model.add(Dropout(0.5))
model.add(LSTM(4))
model.add(Dense(n_classes, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam")
model.fit(x_train, y_train)
